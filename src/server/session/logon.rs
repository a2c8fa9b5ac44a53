//! USER and PASS.

use std::io;

use super::{Next, Session};
use crate::server::config::{Event, Fault};
use crate::server::personality::Reply;
use crate::server::tree::Path;

const ANONYMOUS: &str = "anonymous";

/// Longest user name; host names and transfer ids are much shorter.
const USER_LIMIT: usize = 64;

/// Who is there.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) enum Logon {
    /// Nobody has said a name, or the last logon failed.
    #[default]
    Nobody,
    /// A name was said, the password is awaited.
    Named(String),
    /// The user is logged on.
    User(String),
}

impl Logon {
    /// The user who is logged on.
    pub(super) fn user(&self) -> Option<&str> {
        match self {
            Self::User(user) => Some(user),
            Self::Nobody | Self::Named(_) => None,
        }
    }
}

impl Session {
    /// USER begins a logon at any time; one that stood is over.
    pub(super) fn user(&mut self, operand: &str) -> Reply {
        let anonymous = operand.eq_ignore_ascii_case(ANONYMOUS);
        let user: String = operand.chars().take(USER_LIMIT).collect();
        self.logon = Logon::Named(user);
        self.directory = Path::default();
        if anonymous { self.says().send_email.plain() } else { self.says().send_password.plain() }
    }

    /// PASS ends a logon. Any password will do for the users that the server has.
    pub(super) async fn password(&mut self, _operand: &str) -> io::Result<Next> {
        let user = match std::mem::take(&mut self.logon) {
            Logon::Named(user) => user,
            other => {
                self.logon = other;
                return self.say(self.says().user_first.plain()).await;
            }
        };
        if self.server.config.faults.contains(&Fault::RefuseLogon) || !self.is_known(&user) {
            return self.failed_logon().await;
        }
        self.server.config.observer.note(Event::LoggedOn { peer: self.control.peer(), user: user.clone() });
        let says = self.says();
        let reply = if user.eq_ignore_ascii_case(ANONYMOUS) {
            says.logged_on_anonymous.plain()
        } else {
            says.logged_on.with(&[("user", &user)])
        };
        self.logon = Logon::User(user);
        self.say(reply).await
    }

    fn is_known(&self, user: &str) -> bool {
        let config = &self.server.config;
        let own = config.accounts.iter().any(|known| known == user);
        own || config.personality.accounts.iter().any(|known| known.eq_ignore_ascii_case(user))
    }

    /// The same words and the same time for every user; after some the session ends.
    async fn failed_logon(&mut self) -> io::Result<Next> {
        tokio::time::sleep(self.server.config.limits.failed_logon_delay).await;
        self.say(self.says().password_failed.plain()).await?;
        self.failed_logons += 1;
        if self.failed_logons < self.server.config.limits.failed_logons {
            return Ok(Next::Command);
        }
        self.say(self.says().closing.plain()).await?;
        Ok(Next::End)
    }
}
