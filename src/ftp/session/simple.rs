//! Subcommands that need no data connection.

use crate::message::own;

use super::super::code::ClientError;
use super::super::config::Taken;
use super::super::subcommand::{Action, Operands, Subcommand};
use super::{Next, Representation, Session, Step, Trouble, accepted};

impl Session<'_> {
    /// Performs a subcommand.
    pub(super) fn act(&mut self, entry: &Subcommand, operands: &str) -> Step<Next> {
        match entry.action {
            Action::Quit => return self.quit(),
            Action::Close => self.require_link().and_then(|()| self.close()),
            Action::Open => self.open(operands),
            Action::User => self.user(operands),
            Action::Pass => self.pass(operands),
            Action::Account => self.account(operands),
            Action::Send(verb, takes) => self.send_as_is(entry, verb, takes, operands),
            Action::Type(letter) => self.set_type(letter),
            Action::TypeOperand => self.type_operand(entry, operands),
            Action::Protect(level) => self.set_protection(level),
            Action::ProtectOperand => self.protection_operand(entry, operands),
            Action::List(verb) => self.list(entry, verb, operands),
            Action::Append => self.store(entry, "APPE", operands),
            Action::Put => self.store(entry, "STOR", operands),
            Action::Get => self.retrieve(entry, operands),
            Action::Help => self.help(entry, operands),
            Action::LocalDirectory => self.local_directory(entry, operands),
            Action::LocalSite => self.local_site(entry, operands),
            Action::Mode => self.only(entry, operands, "S", "MODE S"),
            Action::Structure => self.only(entry, operands, "F", "STRU F"),
            Action::Quote => self.quote(entry, operands),
            Action::Rename => self.rename(entry, operands),
            Action::SendSite => {
                self.send_site = !self.send_site;
                Ok(())
            }
            Action::NoEffect => Ok(()),
            Action::NotEmulated => self.not_emulated(entry),
        }
        .map(|()| Next::Subcommand)
    }

    pub(super) fn wrong_use<T>(&self, entry: &Subcommand) -> Step<T> {
        self.fail(&own::ZJB504E.with(&[&entry.name]), ClientError::Usage)
    }

    fn not_emulated(&self, entry: &Subcommand) -> Step {
        self.fail(&own::ZJB503E.with(&[&entry.name]), ClientError::Usage)
    }

    fn send_as_is(&mut self, entry: &Subcommand, verb: &str, takes: Operands, operands: &str) -> Step {
        self.require_link()?;
        let command = match takes {
            Operands::Required if operands.is_empty() => return self.wrong_use(entry),
            Operands::None => verb.to_owned(),
            _ => format!("{verb} {operands}").trim_end().to_owned(),
        };
        self.exchange(&command).map(|_| ())
    }

    fn set_type(&mut self, letter: char) -> Step {
        self.exchange(&format!("TYPE {letter}"))?;
        self.representation = match letter {
            'I' => Representation::Image,
            'E' => Representation::Ebcdic,
            _ => Representation::Ascii,
        };
        Ok(())
    }

    fn type_operand(&mut self, entry: &Subcommand, operands: &str) -> Step {
        match operands.to_ascii_uppercase().as_str() {
            "A" | "A N" => self.set_type('A'),
            "E" | "E N" => self.set_type('E'),
            "I" => self.set_type('I'),
            "" => self.wrong_use(entry),
            _ => self.not_emulated(entry),
        }
    }

    fn set_protection(&mut self, level: char) -> Step {
        self.require_link()?;
        let reply = self.protect(level)?;
        accepted(reply).map(|_| ())
    }

    fn protection_operand(&mut self, entry: &Subcommand, operands: &str) -> Step {
        match operands.to_ascii_uppercase().as_str() {
            "CLEAR" => self.set_protection('C'),
            "PRIVATE" => self.set_protection('P'),
            "SAFE" => self.set_protection('S'),
            _ => self.wrong_use(entry),
        }
    }

    /// A subcommand of which one value only is emulated.
    fn only(&mut self, entry: &Subcommand, operands: &str, value: &str, command: &str) -> Step {
        if operands.is_empty() {
            self.wrong_use(entry)
        } else if operands.eq_ignore_ascii_case(value) {
            self.exchange(command).map(|_| ())
        } else {
            self.not_emulated(entry)
        }
    }

    fn help(&mut self, entry: &Subcommand, operands: &str) -> Step {
        let mut words = operands.splitn(2, ' ');
        if words.next().is_some_and(|word| word.eq_ignore_ascii_case("SERVER")) {
            let topic = words.next().unwrap_or_default();
            return self.exchange(format!("HELP {topic}").trim_end()).map(|_| ());
        }
        self.not_emulated(entry)
    }

    fn quote(&mut self, entry: &Subcommand, operands: &str) -> Step {
        if operands.is_empty() {
            return self.wrong_use(entry);
        }
        if !is_secret(operands) {
            return self.exchange(operands).map(|_| ());
        }
        let (verb, secret) = operands.split_once(' ').unwrap_or((operands, ""));
        let reply = self.secret_command(verb, secret.trim())?;
        accepted(reply).map(|_| ())
    }

    fn rename(&mut self, entry: &Subcommand, operands: &str) -> Step {
        let mut names = operands.split_whitespace();
        let (Some(old), Some(new), None) = (names.next(), names.next(), names.next()) else {
            return self.wrong_use(entry);
        };
        self.exchange(&format!("RNFR {old}"))?;
        self.exchange(&format!("RNTO {new}")).map(|_| ())
    }

    fn local_directory(&mut self, entry: &Subcommand, operands: &str) -> Step {
        if operands.is_empty() {
            return self.wrong_use(entry);
        }
        if operands.starts_with('/') {
            return self.fail(&own::ZJB517E.with(&[&"z/OS UNIX"]), ClientError::Usage);
        }
        self.prefix = self.prefix.changed(operands);
        self.say(&own::ZJB521I.with(&[&self.prefix]));
        Ok(())
    }

    /// LOCSITE prints nothing when all is well; it ends a client with EXIT only if it has no operands.
    fn local_site(&mut self, entry: &Subcommand, operands: &str) -> Step {
        if operands.is_empty() {
            self.exits = true;
            return self.wrong_use(entry);
        }
        let mut result = Ok(());
        for operand in operands.split_whitespace() {
            let message = match self.data.site.take(operand) {
                Taken::Yes => continue,
                Taken::Wrong => own::ZJB504E.with(&[&format!("{} {operand}", entry.name)]),
                Taken::NotEmulated => own::ZJB517E.with(&[&format!("{} {operand}", entry.name)]),
            };
            self.say(&message);
            result = Err(Trouble::Failed(ClientError::Usage));
        }
        result
    }
}

/// True for operands of QUOTE that hold a password or an account.
pub(super) fn is_secret(operands: &str) -> bool {
    let verb = operands.split_whitespace().next().unwrap_or_default();
    ["PASS", "ACCT"].iter().any(|secret| verb.eq_ignore_ascii_case(secret))
}
