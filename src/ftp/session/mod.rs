//! A run of the client: what is printed in which order, what is sent, and how it ends.
//!
//! Border: puts the parts together. `start` reads the configuration, `connect` opens the session, `simple`
//! and `transfer` perform subcommands; this file keeps the state, talks to the server and counts errors.

mod connect;
mod data_connection;
mod simple;
mod start;
#[cfg(test)]
mod tests;
mod transfer;

use zeroize::Zeroizing;

use crate::message::{Message, ftp as text, own};

use super::code::{ClientError, End, Failure};
use super::config::FtpData;
use super::explain;
use super::link::{Link, LinkError, Reply};
use super::local::LocalPrefix;
use super::net::{NetError, Wait};
use super::parm::{Exit, Parm};
use super::script::{Line, Script};
use super::services::Services;
use super::subcommand::{self, Found};
use super::tls::TlsSetup;

/// Most preliminary replies before a final one.
const MAX_PRELIMINARY: usize = 8;
/// Most replies that nobody asked for, between two commands.
const MAX_UNASKED: usize = 8;
/// Secrets shorter than this are not looked for in replies: they would hide harmless text.
const SHORTEST_SECRET: usize = 4;

/// Runs the client with the PARM of the step.
pub fn run(parm: &str, services: Services<'_>) -> End {
    match start::start(parm, services) {
        Ok(mut session) => session.converse(),
        Err(error) => End::Code(error.number()),
    }
}

/// Why a subcommand did not do its work. Everything there is to print has been printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Trouble {
    Failed(ClientError),
    Stopped,
}

type Step<T = ()> = Result<T, Trouble>;

/// What comes after a subcommand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Next {
    Subcommand,
    End,
}

/// Representation types.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Representation {
    Ascii,
    Ebcdic,
    Image,
}

struct Session<'a> {
    services: Services<'a>,
    parm: Parm,
    data: FtpData,
    script: Script,
    netrc: Option<Zeroizing<String>>,
    link: Option<Link>,
    /// What makes connections TLS connections, once that is agreed on.
    tls: Option<TlsSetup>,
    /// PROT P is in force.
    private: bool,
    /// The host as it was named.
    host: String,
    /// EZYFT18I is printed before the first connection only.
    connected_before: bool,
    prefix: LocalPrefix,
    representation: Representation,
    send_site: bool,
    /// Code of the subcommand at work.
    subcommand: u16,
    /// Whether its failure ends a client with EXIT.
    exits: bool,
    /// Last reply to it, 0 for none.
    reply: u16,
    /// The log-in did not go as the script expects: what is no subcommand may be a password, and is not shown.
    hide_unknown: bool,
    ignored: Vec<Failure>,
    secrets: Vec<Zeroizing<String>>,
}

impl Session<'_> {
    fn converse(&mut self) -> End {
        self.begin(subcommand::OPEN, true);
        let opened = self.open_first();
        if opened.is_err() {
            self.hide_unknown = true;
        }
        let mut next = match opened {
            Ok(next) => Ok(next),
            Err(trouble) => self.settle(trouble),
        };
        loop {
            next = match next {
                Ok(Next::Subcommand) => self.next_subcommand(),
                Ok(Next::End) => {
                    if let Some(text) = explain::ignored(&self.ignored, self.data.code_style) {
                        self.services.user.explain(&text);
                    }
                    return End::Code(0);
                }
                Err(end) => return end,
            };
        }
    }

    fn next_subcommand(&mut self) -> Result<Next, End> {
        self.say(&text::EZA1460I.plain());
        let result = if let Some(line) = self.script.next_subcommand() {
            self.perform(&line)
        } else {
            // The end of the stream works as QUIT.
            self.begin(subcommand::QUIT, true);
            self.quit()
        };
        result.or_else(|trouble| self.settle(trouble))
    }

    fn perform(&mut self, line: &Line) -> Step<Next> {
        let (word, operands) = line.text.split_once(' ').unwrap_or((&line.text, ""));
        let found = subcommand::find(word);
        self.echo(line, found, operands);
        match found {
            Found::One(entry) => {
                self.hide_unknown = false;
                self.begin(entry.code, entry.exits);
                if line.text.chars().any(char::is_control) {
                    return self.fail(&own::ZJB522E.plain(), ClientError::Usage);
                }
                self.act(entry, operands.trim())
            }
            Found::Ambiguous => {
                self.begin(subcommand::AMBIGUOUS, false);
                self.fail(&own::ZJB502E.with(&[&word]), ClientError::Usage)
            }
            Found::Unknown => {
                self.begin(subcommand::NONE, true);
                let hidden = self.hide_unknown || self.holds_secret(word);
                let shown = if hidden { "(not shown, it may be a password)" } else { word };
                self.fail(&own::ZJB501E.with(&[&shown]), ClientError::Usage)
            }
        }
    }

    /// Shows the records of a subcommand, unless they hold a user id or a password.
    fn echo(&self, line: &Line, found: Found, operands: &str) {
        use subcommand::Action::{Account, Pass, Quote, User};
        let secret = match found {
            Found::One(entry) => match entry.action {
                User | Pass | Account => true,
                Quote => simple::is_secret(operands),
                _ => false,
            },
            Found::Ambiguous | Found::Unknown => self.hide_unknown || self.holds_secret(&line.text),
        };
        if !secret {
            for record in &line.records {
                self.say(&text::EZA1736I.with(&[&shown(record)]));
            }
        }
    }

    fn begin(&mut self, code: u16, exits: bool) {
        self.subcommand = code;
        self.exits = exits;
        self.reply = 0;
    }

    /// Notes an error; the end of the run if EXIT says so.
    fn settle(&mut self, trouble: Trouble) -> Result<Next, End> {
        let error = match trouble {
            Trouble::Failed(error) => error,
            Trouble::Stopped => return Err(End::Stopped),
        };
        let failure = Failure { subcommand: self.subcommand, reply: self.reply, error };
        let exit_is_set = self.parm.exit.is_some() || self.data.client_exit;
        if !(exit_is_set && self.exits) {
            // What EXIT would not end either is not worth a word.
            self.ignored.extend(self.exits.then_some(failure));
            return Ok(if failure.subcommand == subcommand::QUIT { Next::End } else { Next::Subcommand });
        }
        self.say(&text::EZA1735I.with(&[&failure.standard(), &error.number()]));
        let fixed = match self.parm.exit {
            Some(Exit::Fixed(code)) => Some(code),
            _ => None,
        };
        self.services.user.explain(&explain::ended(failure, fixed, self.data.code_style));
        match self.quit() {
            Err(Trouble::Stopped) => Err(End::Stopped),
            _ => Err(End::Code(failure.condition_code(fixed, self.data.code_style))),
        }
    }

    /// Ends the session with the server, if there is one.
    fn quit(&mut self) -> Step<Next> {
        self.close()?;
        Ok(Next::End)
    }

    fn close(&mut self) -> Step {
        if self.link.is_none() {
            return Ok(());
        }
        self.send("QUIT", "QUIT")?;
        let result = self.receive(self.data.timers.control_close).map(|_| ());
        if let Some(link) = self.link.take() {
            link.close(&self.wait(self.data.timers.control_close));
        }
        self.private = false;
        self.tls = None;
        result
    }

    /// Sends a command and returns the reply, both printed.
    fn command(&mut self, command: &str) -> Step<Reply> {
        self.command_shown(command, command)
    }

    /// As `command`, with `shown` in the log instead of the command.
    fn command_shown(&mut self, command: &str, shown: &str) -> Step<Reply> {
        self.send(command, shown)?;
        self.receive(self.data.timers.reply)
    }

    fn send(&mut self, command: &str, shown_command: &str) -> Step {
        self.take_unasked_replies()?;
        self.require_link()?;
        self.say(&text::EZA1701I.with(&[&shown(shown_command)]));
        let wait = self.wait(self.data.timers.data);
        match self.link.as_mut().map(|link| link.send(command, &wait)) {
            Some(Err(error)) => Err(self.lost(error.into())),
            _ => Ok(()),
        }
    }

    /// Replies that nobody asked for must not be taken for those to the next command.
    fn take_unasked_replies(&mut self) -> Step {
        for _ in 0..MAX_UNASKED {
            if !self.link.as_mut().is_some_and(Link::has_input) {
                return Ok(());
            }
            let code = self.reply;
            self.receive(self.data.timers.reply)?;
            self.reply = code;
        }
        self.fail_link(&own::ZJB515E.with(&[&"replies without end"]))
    }

    /// The next reply, printed.
    fn receive(&mut self, limit: std::time::Duration) -> Step<Reply> {
        let wait = self.wait(limit);
        let Some(link) = self.link.as_mut() else { return self.fail(&own::ZJB505E.plain(), ClientError::NotConnected) };
        let reply = match link.reply(&wait) {
            Ok(reply) => reply,
            Err(error) => return Err(self.lost(error)),
        };
        for line in &reply.lines {
            self.services.log.line(&self.without_secrets(line));
        }
        self.reply = reply.code;
        if reply.code == 421 {
            // RFC 959: the server closes the control connection.
            self.link = None;
        }
        Ok(reply)
    }

    /// The next reply that is not preliminary.
    fn final_reply(&mut self) -> Step<Reply> {
        for _ in 0..MAX_PRELIMINARY {
            let reply = self.receive(self.data.timers.reply)?;
            if !reply.is_preliminary() {
                return Ok(reply);
            }
        }
        self.fail_link(&own::ZJB515E.with(&[&"preliminary replies without end"]))
    }

    /// Sends a command that needs no data connection; an error reply is a failure.
    fn exchange(&mut self, command: &str) -> Step<Reply> {
        let reply = self.command(command)?;
        let reply = if reply.is_preliminary() { self.final_reply()? } else { reply };
        accepted(reply)
    }

    fn require_link(&mut self) -> Step {
        if self.link.is_some() { Ok(()) } else { self.fail(&own::ZJB505E.plain(), ClientError::NotConnected) }
    }

    /// Prints what the loss of the control connection looks like.
    fn lost(&mut self, error: LinkError) -> Trouble {
        self.link = None;
        self.private = false;
        self.tls = None;
        match error {
            LinkError::Net(NetError::Stopped) => Trouble::Stopped,
            LinkError::Net(NetError::TimedOut) => {
                self.say(&text::EZA2589E.plain());
                self.say(&text::EZA1721W.plain());
                Trouble::Failed(ClientError::Timeout)
            }
            LinkError::Net(error) => {
                self.say(&own::ZJB509E.with(&[&self.host, &error]));
                Trouble::Failed(if error.is_loss() { ClientError::Connect } else { ClientError::Session })
            }
            error => {
                self.say(&own::ZJB515E.with(&[&error]));
                Trouble::Failed(ClientError::Session)
            }
        }
    }

    fn fail<T>(&self, message: &Message, error: ClientError) -> Step<T> {
        self.say(message);
        Err(Trouble::Failed(error))
    }

    /// Fails and gives the connection up.
    fn fail_link<T>(&mut self, message: &Message) -> Step<T> {
        self.link = None;
        self.fail(message, ClientError::Session)
    }

    fn say(&self, message: &Message) {
        self.services.log.line(&message.to_string());
    }

    fn without_secrets(&self, line: &str) -> String {
        let mut line = line.to_owned();
        for secret in self.secrets.iter().filter(|secret| secret.chars().count() >= SHORTEST_SECRET) {
            line = line.replace(secret.as_str(), "********");
        }
        line
    }

    /// True if a word of a line that is no subcommand is a password that was sent before.
    fn holds_secret(&self, line: &str) -> bool {
        line.split_whitespace().any(|word| self.secrets.iter().any(|secret| secret.as_str() == word))
    }

    fn wait<'w>(&self, limit: std::time::Duration) -> Wait<'w>
    where
        Self: 'w,
    {
        Wait::total(self.services.user, limit)
    }
}

fn accepted(reply: Reply) -> Step<Reply> {
    if reply.is_negative() { Err(Trouble::Failed(ClientError::Server)) } else { Ok(reply) }
}

/// A record as it may stand in a log.
fn shown(record: &str) -> String {
    record.trim_end().chars().map(|c| if c.is_control() { '.' } else { c }).collect()
}
