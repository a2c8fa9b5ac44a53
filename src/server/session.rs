//! One session: a client's commands in order, each answered in the state that the earlier ones made.
//!
//! Border: the dialogue. Its state is made of small types, one for each thing that commands change; the
//! files below hold the commands of one kind each.

use std::io;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::watch;

use super::command::{Command, Verb};
use super::control::{Control, Line};
use super::listener::Server;
use super::personality::{Fact, Reply, Says};
use super::tree::Path;

mod data;
mod logon;
mod navigation;
mod parameters;
mod security;
mod status;
mod transfer;

use data::DataPort;
use logon::Logon;
use parameters::Parameters;
use security::Security;

/// What comes after an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Next {
    Command,
    End,
}

pub(super) struct Session {
    server: Arc<Server>,
    control: Control,
    stopped: watch::Receiver<bool>,
    begun: Instant,
    logon: Logon,
    security: Security,
    parameters: Parameters,
    directory: Path,
    data: DataPort,
    extended_passive_only: bool,
    failed_logons: u32,
    unknown_commands: u32,
}

impl Session {
    pub(super) fn new(server: Arc<Server>, control: Control, stopped: watch::Receiver<bool>) -> Self {
        Self {
            server,
            control,
            stopped,
            begun: Instant::now(),
            logon: Logon::default(),
            security: Security::default(),
            parameters: Parameters::default(),
            directory: Path::default(),
            data: DataPort::default(),
            extended_passive_only: false,
            failed_logons: 0,
            unknown_commands: 0,
        }
    }

    /// Serves the client to the end. How the connection broke is of no interest to anybody.
    pub(super) async fn run(mut self) {
        let _ = self.dialogue().await;
        self.control.close().await;
    }

    async fn dialogue(&mut self) -> io::Result<()> {
        self.greet().await?;
        loop {
            let line = self.wait().await?;
            if self.line(line).await? == Next::End {
                return Ok(());
            }
        }
    }

    async fn greet(&mut self) -> io::Result<()> {
        let now = self.server.world.now();
        let (time, date) = (now.strftime("%H:%M:%S"), now.strftime("%Y-%m-%d"));
        let minutes = self.idle().as_secs() / 60;
        let software = &self.server.config.personality.software;
        let facts: &[Fact<'_>] = &[("software", software), ("time", &time), ("date", &date), ("minutes", &minutes)];
        let greeting = self.says().greeting.with(facts);
        self.control.say(&greeting).await
    }

    /// The next line; time-outs and the end of the server come as the end of the session.
    async fn wait(&mut self) -> io::Result<Line> {
        let patience = self.patience();
        let waited = tokio::select! {
            biased;
            _ = self.stopped.wait_for(|stop| *stop) => None,
            line = tokio::time::timeout(patience, self.control.next()) => Some(line),
        };
        let reply = match waited {
            Some(Ok(line)) => return line,
            Some(Err(_)) => self.says().idle.with(&[("minutes", &(self.idle().as_secs() / 60))]),
            None => self.says().closing.plain(),
        };
        self.control.say(&reply).await?;
        Ok(Line::End)
    }

    /// How long the next command may take: until then the client has to be logged on, later not be idle.
    fn patience(&self) -> Duration {
        let idle = self.idle();
        if self.logon.user().is_some() {
            return idle;
        }
        idle.min(self.server.config.limits.logon.saturating_sub(self.begun.elapsed()))
    }

    fn idle(&self) -> Duration {
        let minutes = u64::from(self.server.config.personality.idle_minutes);
        self.server.config.limits.idle.unwrap_or(Duration::from_secs(minutes * 60))
    }

    async fn line(&mut self, line: Line) -> io::Result<Next> {
        match line {
            Line::Command(command) => self.command(command).await,
            Line::TooLong => self.say(self.says().too_long.plain()).await,
            Line::Endless => {
                self.say(self.says().too_long.plain()).await?;
                Ok(Next::End)
            }
            Line::End => Ok(Next::End),
        }
    }

    async fn command(&mut self, command: Command) -> io::Result<Next> {
        let Some(verb) = command.verb else {
            return self.unknown(&command.word).await;
        };
        if let Some(refusal) = self.refusal(verb, &command.operand) {
            return self.say(refusal).await;
        }
        self.answer(verb, &command.operand).await
    }

    /// What is wrong with a command before it is looked at closely.
    fn refusal(&self, verb: Verb, operand: &str) -> Option<Reply> {
        let says = self.says();
        let facts: &[Fact<'_>] = &[("verb", &verb.name())];
        if verb != Verb::Pass && operand.chars().any(char::is_control) {
            return Some(says.bad_character.with(facts));
        }
        if self.logon.user().is_none() && !verb.is_open_to_all() {
            let first = if verb == Verb::Pwd { &says.log_on_first } else { &says.not_logged_on };
            return Some(first.plain());
        }
        (verb.needs_operand() && operand.is_empty()).then(|| says.no_operand.with(facts))
    }

    async fn answer(&mut self, verb: Verb, operand: &str) -> io::Result<Next> {
        let reply = match verb {
            Verb::User => self.user(operand),
            Verb::Pass => return self.password(operand).await,
            Verb::Auth => return self.authenticate(operand).await,
            Verb::Pbsz => self.protection_buffer(operand),
            Verb::Prot => self.protection(operand),
            Verb::Ccc => self.says().ccc_refused.plain(),
            Verb::Type => self.representation(operand),
            Verb::Mode => self.mode(operand),
            Verb::Stru => self.structure(operand),
            Verb::Site => self.site(operand),
            Verb::Allo => self.says().allo.plain(),
            Verb::Rest => self.says().rest_refused.plain(),
            Verb::Port => self.port(operand),
            Verb::Eprt => self.extended_port(operand),
            Verb::Pasv => self.passive(),
            Verb::Epsv => self.extended_passive(operand),
            Verb::Cwd => self.change_directory(operand),
            Verb::Cdup => self.change_directory(".."),
            Verb::Pwd => self.says().print_directory.with(&[("path", &self.directory)]),
            Verb::List | Verb::Nlst => return self.list(verb, operand).await,
            Verb::Stor => return self.store(operand).await,
            Verb::Retr => self.retrieve(operand),
            Verb::Appe | Verb::Dele | Verb::Mkd | Verb::Rmd | Verb::Rnfr | Verb::Rnto | Verb::Stou => {
                self.says().denied.with(&[("verb", &verb.name())])
            }
            Verb::Size | Verb::Mdtm => self.says().no_size.with(&[("verb", &verb.name())]),
            Verb::Stat => self.status(operand),
            Verb::Syst => self.says().system.plain(),
            Verb::Feat => self.features(),
            Verb::Help => self.says().help.with(&[("verbs", &Verb::help())]),
            Verb::Noop => self.says().noop.plain(),
            Verb::Abor => self.abort(),
            Verb::Quit => {
                self.say(self.says().goodbye.plain()).await?;
                return Ok(Next::End);
            }
        };
        self.say(reply).await
    }

    /// An unknown command; after some the client is taken for something else than an FTP client.
    async fn unknown(&mut self, word: &str) -> io::Result<Next> {
        self.say(self.says().unknown.with(&[("verb", &word)])).await?;
        self.unknown_commands += 1;
        if self.unknown_commands < self.server.config.limits.unknown_commands {
            return Ok(Next::Command);
        }
        self.say(self.says().disturbed.plain()).await?;
        Ok(Next::End)
    }

    async fn say(&mut self, reply: Reply) -> io::Result<Next> {
        self.control.say(&reply).await?;
        Ok(Next::Command)
    }

    fn says(&self) -> &Says {
        &self.server.config.personality.says
    }
}
