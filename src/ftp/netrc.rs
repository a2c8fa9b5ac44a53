//! NETRC: user id, password and account by host.

use zeroize::Zeroizing;

/// What NETRC knows of one host.
#[derive(Clone, Default, PartialEq, Eq)]
pub(super) struct Login {
    pub(super) user: String,
    pub(super) password: Zeroizing<String>,
    pub(super) account: Zeroizing<String>,
}

/// The entry for `host` in the text of a NETRC; `default` stands for any host.
pub(super) fn login(text: &str, host: &str) -> Option<Login> {
    let mut words = text.split_whitespace();
    let mut found: Option<Login> = None;
    while let Some(word) = words.next() {
        match word.to_ascii_lowercase().as_str() {
            "machine" | "default" if found.is_some() => break,
            "machine" if words.next().is_some_and(|name| name.eq_ignore_ascii_case(host)) => {
                found = Some(Login::default());
            }
            "default" => found = Some(Login::default()),
            "login" | "password" | "account" => {
                let value = words.next().unwrap_or_default();
                if let Some(login) = &mut found {
                    login.take(word, value);
                }
            }
            _ => {}
        }
    }
    found.filter(|login| !login.user.is_empty())
}

impl Login {
    fn take(&mut self, word: &str, value: &str) {
        match word.to_ascii_lowercase().as_str() {
            "login" => value.clone_into(&mut self.user),
            "password" => self.password = Zeroizing::new(value.to_owned()),
            _ => self.account = Zeroizing::new(value.to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::login;

    const TEXT: &str = "MACHINE a.example.com LOGIN ann PASSWORD one\nmachine b login bob password two account acc\n\
                        default login guest password any";

    #[test]
    fn each_host_has_its_own_entry() {
        let of = |host| login(TEXT, host).map(|l| (l.user.clone(), l.password.to_string(), l.account.to_string()));
        let entry = |user: &str, password: &str, account: &str| Some((user.into(), password.into(), account.into()));
        assert_eq!(of("A.EXAMPLE.COM"), entry("ann", "one", ""));
        assert_eq!(of("b"), entry("bob", "two", "acc"));
        assert_eq!(of("c"), entry("guest", "any", ""));
        assert!(login("machine a login x", "z").is_none());
        assert!(login("machine", "z").is_none());
    }
}
