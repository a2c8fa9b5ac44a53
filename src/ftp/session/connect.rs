//! Opening a session: connection, greeting, TLS, log-in.

use std::net::IpAddr;

use rustls::pki_types::ServerName;
use zeroize::Zeroizing;

use crate::message::{ftp as text, own};

use super::super::channel::Channel;
use super::super::code::ClientError;
use super::super::config::DataProtection;
use super::super::explain;
use super::super::link::{Link, LinkError, Reply};
use super::super::net::{self, NetError};
use super::super::netrc::{self, Login};
use super::super::parm::{Mechanism, Security};
use super::super::services::{Route, RouteError};
use super::super::subcommand::{self, Found};
use super::super::tls::{self, TlsChoices, TlsSetup};
use super::{Next, Session, Step, Trouble, shown};

/// The FTP port.
const FTP_PORT: u16 = 21;

impl Session<'_> {
    /// Connects to the host of PARM or of the first record and logs in, unless -n says not to.
    pub(super) fn open_first(&mut self) -> Step<Next> {
        let (host, port) = if let Some(host) = self.parm.host.clone() {
            (host, self.parm.port)
        } else {
            self.say(&text::EZA1456I.plain());
            let Some(record) = self.script.next_answer() else { return Ok(Next::End) };
            self.say(&text::EZA1736I.with(&[&shown(&record)]));
            self.host_and_port(&record)?
        };
        self.connect(&host, port)?;
        if !self.parm.no_autologin {
            self.autologin()?;
        }
        Ok(Next::Subcommand)
    }

    /// OPEN.
    pub(super) fn open(&mut self, operands: &str) -> Step {
        if self.link.is_some() {
            return self.fail(&own::ZJB506E.with(&[&self.host]), ClientError::AlreadyConnected);
        }
        let (host, port) = self.host_and_port(operands)?;
        self.connect(&host, port)
    }

    fn host_and_port(&self, record: &str) -> Step<(String, Option<u16>)> {
        let wrong = || self.fail(&own::ZJB504E.with(&[&"OPEN"]), ClientError::Usage);
        let mut words = record.split_whitespace();
        let Some(host) = words.next() else { return wrong() };
        match words.next().map(str::parse) {
            None => Ok((host.to_owned(), None)),
            Some(Ok(port)) => Ok((host.to_owned(), Some(port))),
            Some(Err(_)) => wrong(),
        }
    }

    fn connect(&mut self, host: &str, port: Option<u16>) -> Step {
        if !std::mem::replace(&mut self.connected_before, true) {
            self.say(&text::EZYFT18I.plain());
        }
        host.clone_into(&mut self.host);
        let port = port.unwrap_or(FTP_PORT);
        let route = self.route(host, port)?;
        let place = if host.parse::<IpAddr>().is_ok() {
            route.shown.to_string()
        } else {
            format!("{} {}", shown(host), route.shown)
        };
        self.say(&text::EZA1554I.with(&[&place, &route.shown_port]));
        self.link = Some(self.dial(&route)?);
        let security = self.security();
        let mechanism = security.map(|security| security.mechanism);
        if mechanism == Some(Mechanism::Tls) && port == self.data.tls_port {
            return self.implicit(&route);
        }
        self.greeting()?;
        match security {
            Some(Security { mechanism: Mechanism::Tls, required }) => self.authenticate(&route, required),
            Some(Security { mechanism: Mechanism::Gssapi, required }) => self.without_gssapi(required),
            _ => Ok(()),
        }
    }

    fn route(&self, host: &str, port: u16) -> Step<Route> {
        self.services.hosts.route(host, port).or_else(|error| match error {
            RouteError::Unknown => self.fail(&own::ZJB507E.with(&[&shown(host)]), ClientError::Connect),
            error => self.fail(&own::ZJB508E.with(&[&shown(host), &error]), ClientError::Connect),
        })
    }

    fn dial(&mut self, route: &Route) -> Step<Link> {
        let wait = self.wait(self.data.timers.open);
        let linked = net::connect(route.actual, &wait)
            .and_then(|stream| Channel::new(stream).map_err(NetError::Io))
            .and_then(|channel| Link::new(channel, route.actual));
        linked.map_err(|error| match error {
            NetError::Stopped => Trouble::Stopped,
            NetError::TimedOut => self.lost(LinkError::Net(error)),
            // The system's own timer may be the first to run out.
            NetError::Io(error) if error.kind() == std::io::ErrorKind::TimedOut => {
                self.lost(LinkError::Net(NetError::TimedOut))
            }
            error => {
                self.say(&own::ZJB508E.with(&[&shown(&self.host), &error]));
                Trouble::Failed(ClientError::Connect)
            }
        })
    }

    fn greeting(&mut self) -> Step {
        let mut reply = self.receive(self.data.timers.open)?;
        if reply.is_preliminary() {
            reply = self.final_reply()?;
        }
        if reply.is_positive() {
            return Ok(());
        }
        self.link = None;
        Err(Trouble::Failed(if reply.code == 530 { ClientError::Login } else { ClientError::Server }))
    }

    /// What PARM asks for, or else FTP.DATA.
    fn security(&self) -> Option<Security> {
        let required = self.data.security_required;
        match self.parm.security {
            Some(asked) => Some(Security { required: asked.required || required, ..asked }),
            None => self.data.mechanism.map(|mechanism| Security { mechanism, required }),
        }
    }

    fn without_gssapi(&mut self, required: bool) -> Step {
        self.say(&own::ZJB517E.with(&[&"GSSAPI"]));
        if required { self.give_up_security() } else { Ok(()) }
    }

    /// AUTH TLS and what follows it.
    fn authenticate(&mut self, route: &Route, required: bool) -> Step {
        let reply = self.command("AUTH TLS")?;
        if !reply.is_positive() {
            if required {
                return self.give_up_security();
            }
            self.services.user.explain(explain::IN_THE_CLEAR);
            // A server that hung up did more than refuse.
            return if self.link.is_some() { Ok(()) } else { Err(Trouble::Failed(ClientError::Server)) };
        }
        self.handshake(route)?;
        self.protect_data()
    }

    /// TLS from the start, before or behind the greeting.
    fn implicit(&mut self, route: &Route) -> Step {
        if self.data.implicit_after_greeting {
            self.greeting()?;
        }
        self.handshake(route)?;
        if !self.data.implicit_after_greeting {
            self.greeting()?;
        }
        self.protect_data()
    }

    fn handshake(&mut self, route: &Route) -> Step {
        let setup = match self.tls_setup(route) {
            Ok(setup) => setup,
            Err(why) => {
                self.services.user.explain(&why);
                return self.give_up_security();
            }
        };
        let wait = self.wait(self.data.timers.handshake);
        match self.link.as_mut().map(|link| link.secure(&setup, &wait)) {
            Some(Ok(())) => {
                self.say(&text::EZA2895I.plain());
                self.tls = Some(setup);
                Ok(())
            }
            Some(Err(NetError::Stopped)) => Err(Trouble::Stopped),
            Some(Err(error)) => {
                self.services.user.explain(&format!("The TLS handshake with {} failed: {error}.", self.host));
                if let NetError::Tls(error) = &error {
                    self.services.user.explain(&format!("What to do: {}.", tls::advice(error)));
                }
                self.give_up_security()
            }
            None => self.give_up_security(),
        }
    }

    fn tls_setup(&self, route: &Route) -> Result<TlsSetup, String> {
        let ring = self.data.key_ring.as_ref().ok_or_else(|| explain::NO_KEY_RING.to_owned())?;
        let of_ring = |why: &dyn std::fmt::Display| format!("Key ring {ring}: {why}.");
        let trust = self.services.key_rings.trust(ring).map_err(|why| of_ring(&why))?;
        let choices =
            TlsChoices { verify_host_name: !self.data.host_name_optional, tls13: self.services.options.tls13 };
        let server_name = ServerName::try_from(route.server_name.clone())
            .map_err(|_| format!("{} can stand in no certificate.", route.server_name))?;
        let config = tls::client_config(&trust, choices).map_err(|why| of_ring(&why))?;
        Ok(TlsSetup { config, server_name })
    }

    fn give_up_security<T>(&mut self) -> Step<T> {
        self.link = None;
        self.say(&text::EZA2897I.plain());
        self.fail(&text::EZA2898I.plain(), ClientError::Authentication)
    }

    /// PBSZ and PROT as SECURE_DATACONN asks.
    fn protect_data(&mut self) -> Step {
        match self.data.data_protection {
            DataProtection::Never => self.services.user.explain(explain::CLEAR_DATA),
            DataProtection::Clear => {
                self.services.user.explain(explain::CLEAR_DATA);
                self.protect('C')?;
            }
            // PROT S means nothing under TLS (RFC 4217); what must be safe is made private.
            DataProtection::Safe | DataProtection::Private => {
                if self.protect('P')?.is_negative() {
                    self.link = None;
                    return self.fail(&own::ZJB519E.plain(), ClientError::Authentication);
                }
            }
        }
        Ok(())
    }

    /// Sends PBSZ 0 and PROT with `level`; what it changes is in force if the reply is positive.
    pub(super) fn protect(&mut self, level: char) -> Step<Reply> {
        self.command("PBSZ 0")?;
        let reply = self.command(&format!("PROT {level}"))?;
        if reply.is_positive() && self.link.as_ref().is_some_and(Link::is_secure) {
            self.private = level == 'P';
            if self.private {
                self.say(&text::EZA2906I.plain());
            }
        }
        Ok(reply)
    }

    /// Asks the script for user id and password, or NETRC where a record is blank.
    fn autologin(&mut self) -> Step {
        self.begin(subcommand::USER, true);
        self.say(&text::EZA1459I.with(&[&shown(&self.host), &self.services.world.user()]));
        let known = self.netrc.as_ref().and_then(|text| netrc::login(text, &self.host));
        let due = self.script.peek_answer();
        let login = match (known, due) {
            (Some(login), None) => login,
            (Some(login), Some(record)) if is_subcommand(record) => login,
            (Some(login), Some(record)) if record.trim().is_empty() => {
                self.script.next_answer();
                login
            }
            _ => {
                let record = self.script.next_answer().unwrap_or_default();
                self.credentials("USER", &record)?
            }
        };
        self.log_in(login)
    }

    /// USER.
    pub(super) fn user(&mut self, operands: &str) -> Step {
        self.require_link()?;
        let login = self.credentials("USER", operands)?;
        self.log_in(login)
    }

    /// PASS.
    pub(super) fn pass(&mut self, operands: &str) -> Step {
        self.require_link()?;
        let password = secret_word(operands).0;
        if password.is_empty() {
            return self.fail(&own::ZJB504E.with(&[&"PASS"]), ClientError::Usage);
        }
        self.password(&password, "")
    }

    /// ACCOUNT.
    pub(super) fn account(&mut self, operands: &str) -> Step {
        self.require_link()?;
        if operands.is_empty() {
            return self.fail(&own::ZJB504E.with(&[&"ACCOUNT"]), ClientError::Usage);
        }
        let reply = self.secret_command("ACCT", operands)?;
        if reply.is_positive() { Ok(()) } else { Err(Trouble::Failed(ClientError::Login)) }
    }

    /// `user [password [account]]`
    fn credentials(&self, subcommand: &str, record: &str) -> Step<Login> {
        let (user, rest) = secret_word(record);
        let (password, rest) = secret_word(rest);
        let account = secret_word(rest).0;
        if user.is_empty() {
            return self.fail(&own::ZJB504E.with(&[&subcommand]), ClientError::Usage);
        }
        Ok(Login { user: user.to_string(), password, account })
    }

    fn log_in(&mut self, login: Login) -> Step {
        let reply = self.command(&format!("USER {}", login.user))?;
        match reply.code {
            331 => {
                let asked = login.password.is_empty();
                // A line number behind the user id looks like a password; the true one then comes next.
                self.hide_unknown = !asked;
                let password = if asked { self.ask_password()? } else { login.password };
                self.password(&password, &login.account)
            }
            332 => self.give_account(&login.account),
            _ if reply.is_positive() => {
                // A password that nobody asked for may be the next record.
                self.hide_unknown = true;
                Ok(())
            }
            _ => Err(Trouble::Failed(ClientError::Login)),
        }
    }

    fn ask_password(&mut self) -> Step<Zeroizing<String>> {
        self.say(&text::EZA1789I.plain());
        let record = self.script.next_answer().unwrap_or_default();
        let password = secret_word(&record).0;
        if !password.is_empty() {
            return Ok(password);
        }
        let known = self.netrc.as_ref().and_then(|text| netrc::login(text, &self.host));
        known.map(|login| login.password).ok_or(Trouble::Failed(ClientError::Login))
    }

    fn password(&mut self, password: &str, account: &str) -> Step {
        self.begin(subcommand::PASS, true);
        let reply = self.secret_command("PASS", password)?;
        match reply.code {
            332 => self.give_account(account),
            _ if reply.is_positive() => Ok(()),
            _ => Err(Trouble::Failed(ClientError::Login)),
        }
    }

    fn give_account(&mut self, account: &str) -> Step {
        if account.is_empty() {
            return Err(Trouble::Failed(ClientError::Login));
        }
        let reply = self.secret_command("ACCT", account)?;
        if reply.is_positive() { Ok(()) } else { Err(Trouble::Failed(ClientError::Login)) }
    }

    /// Sends `verb secret` and shows the verb alone.
    pub(super) fn secret_command(&mut self, verb: &str, secret: &str) -> Step<Reply> {
        self.secrets.push(Zeroizing::new(secret.to_owned()));
        let command = Zeroizing::new(format!("{verb} {secret}"));
        self.command_shown(&command, verb)
    }
}

/// The first word, or the text in quotes (a password phrase), and what follows.
fn secret_word(text: &str) -> (Zeroizing<String>, &str) {
    let text = text.trim();
    for quote in ['\'', '"'] {
        if let Some((word, rest)) = text.strip_prefix(quote).and_then(|text| text.split_once(quote)) {
            return (Zeroizing::new(word.to_owned()), rest);
        }
    }
    let (word, rest) = text.split_once(' ').unwrap_or((text, ""));
    (Zeroizing::new(word.to_owned()), rest)
}

/// With NETRC at hand, jobs leave user id and password out: the next record is a subcommand then.
fn is_subcommand(record: &str) -> bool {
    record.split_whitespace().next().is_some_and(|word| matches!(subcommand::find(word), Found::One(_)))
}
