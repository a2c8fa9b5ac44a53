//! The PARM of PGM=FTP: `[flags] [host [port]] [(options]`.
//!
//! Source: "IP User's Guide and Commands", the FTP command, and the forms found in jobs.

use thiserror::Error;

/// What the PARM asks for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Parm {
    /// `-a` or `-r`: the security mechanism and how much it matters.
    pub security: Option<Security>,
    /// `-d` or `(TRACE`.
    pub trace: bool,
    /// `(EXIT`, `(EXIT=nn` or `-e`.
    pub exit: Option<Exit>,
    /// `-f`: FTP.DATA to use.
    pub ftp_data: Option<String>,
    /// `-n`: no automatic log-in.
    pub no_autologin: bool,
    /// `-p` or `(TCP`: the TCP/IP stack.
    pub stack: Option<String>,
    /// Things that have no effect here, as they were coded.
    pub not_emulated: Vec<String>,
    /// `-t` or `(TRANSLATE`: translate tables.
    pub translate: Option<String>,
    /// `(TIMEOUT n`: all timers, in seconds.
    pub timeout: Option<u32>,
    /// The host.
    pub host: Option<String>,
    /// Its port.
    pub port: Option<u16>,
}

/// `-a` and `-r`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Security {
    /// The mechanism.
    pub mechanism: Mechanism,
    /// `-r`: no session without it.
    pub required: bool,
}

/// Security mechanisms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mechanism {
    /// None, whatever FTP.DATA says.
    Never,
    /// Kerberos.
    Gssapi,
    /// TLS.
    Tls,
}

/// What EXIT asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// The code that CLIENTERRCODES chooses.
    Computed,
    /// Always this code.
    Fixed(u16),
}

/// What is wrong with a PARM.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ParmError {
    /// No such flag.
    #[error("the flag -{0} is unknown")]
    Flag(char),
    /// No such option.
    #[error("the option {0} is unknown")]
    Option(String),
    /// A flag or option lacks its value.
    #[error("{0} needs a value")]
    NoValue(String),
    /// A value is wrong.
    #[error("{value} is not a value for {name}")]
    Value {
        /// The flag or option.
        name: String,
        /// What was coded.
        value: String,
    },
    /// More operands than host and port.
    #[error("{0} stands where nothing is expected")]
    Surplus(String),
}

/// Options with the shortest abbreviation that zjob takes.
const OPTIONS: &[(&str, usize)] =
    &[("EXIT", 1), ("TIMEOUT", 2), ("TRACE", 4), ("TRANSLATE", 4), ("TCP", 2), ("VERBOSE", 1)];

impl Parm {
    /// Reads a PARM.
    pub fn parse(text: &str) -> Result<Self, ParmError> {
        let mut parm = Self::default();
        let mut words = text.split_whitespace();
        while let Some(word) = words.next() {
            if let Some(option) = word.strip_prefix('(') {
                parm.options(Some(option).filter(|o| !o.is_empty()).into_iter().chain(words))?;
                break;
            }
            match word.strip_prefix('-') {
                Some(letters) => parm.flags(letters, &mut words)?,
                None => parm.operand(word, &mut words)?,
            }
        }
        Ok(parm)
    }

    fn flags<'a>(&mut self, letters: &'a str, words: &mut impl Iterator<Item = &'a str>) -> Result<(), ParmError> {
        let mut rest = letters.chars();
        while let Some(letter) = rest.next() {
            if self.switch(letter) {
                continue;
            }
            if !"afprstw".contains(letter) {
                return Err(ParmError::Flag(letter));
            }
            let value = Some(rest.as_str()).filter(|value| !value.is_empty()).or_else(|| words.next());
            let value = value.ok_or_else(|| ParmError::NoValue(format!("-{letter}")))?;
            return self.valued(letter, value);
        }
        Ok(())
    }

    /// Takes a flag without a value; false if it has one.
    fn switch(&mut self, letter: char) -> bool {
        match letter {
            'd' => self.trace = true,
            'e' => self.exit = Some(Exit::Computed),
            'n' => self.no_autologin = true,
            // Message ids are shown in batch anyway; prompting and globbing concern MGET, MPUT and MDELETE.
            'v' | 'g' | 'i' => {}
            'u' | 'x' => self.not_emulated.push(format!("-{letter}")),
            _ => return false,
        }
        true
    }

    fn valued(&mut self, letter: char, value: &str) -> Result<(), ParmError> {
        match letter {
            'a' | 'r' => {
                let wrong = || ParmError::Value { name: format!("-{letter}"), value: value.to_owned() };
                let mechanism = Mechanism::named(value).ok_or_else(wrong)?;
                self.security = Some(Security { mechanism, required: letter == 'r' });
            }
            'f' => self.ftp_data = Some(value.to_owned()),
            'p' => self.stack = Some(value.to_owned()),
            't' => self.translate = Some(value.to_owned()),
            _ => self.not_emulated.push(format!("-{letter} {value}")),
        }
        Ok(())
    }

    fn operand<'a>(&mut self, word: &'a str, words: &mut impl Iterator<Item = &'a str>) -> Result<(), ParmError> {
        let (word, options) = word.split_once('(').map_or((word, None), |(word, option)| (word, Some(option)));
        if self.host.is_none() {
            self.host = Some(word.to_owned());
        } else if self.port.is_none() {
            let wrong = || ParmError::Value { name: "the port".to_owned(), value: word.to_owned() };
            self.port = Some(word.parse().map_err(|_| wrong())?);
        } else {
            return Err(ParmError::Surplus(word.to_owned()));
        }
        match options {
            Some(option) => self.options(Some(option).filter(|o| !o.is_empty()).into_iter().chain(words)),
            None => Ok(()),
        }
    }

    fn options<'a>(&mut self, mut words: impl Iterator<Item = &'a str>) -> Result<(), ParmError> {
        while let Some(word) = words.next() {
            let word = word.trim_end_matches(')');
            if !word.is_empty() {
                self.option(word, &mut words)?;
            }
        }
        Ok(())
    }

    fn option<'a>(&mut self, word: &str, words: &mut impl Iterator<Item = &'a str>) -> Result<(), ParmError> {
        let (key, value) = word.split_once('=').map_or((word, None), |(key, value)| (key, Some(value)));
        let option = option_named(key).ok_or_else(|| ParmError::Option(word.to_owned()))?;
        let mut operand = || {
            let next = value.map(str::to_owned).or_else(|| words.next().map(|w| w.trim_end_matches(')').to_owned()));
            next.ok_or_else(|| ParmError::NoValue(option.to_owned()))
        };
        match option {
            "EXIT" => self.exit = Some(value.map_or(Ok(Exit::Computed), |v| number(option, v).map(Exit::Fixed))?),
            "TIMEOUT" => self.timeout = Some(number(option, &operand()?)?),
            "TRANSLATE" => self.translate = Some(operand()?),
            "TCP" => self.stack = Some(operand()?),
            "TRACE" => self.trace = true,
            _ => {}
        }
        Ok(())
    }
}

impl Mechanism {
    fn named(text: &str) -> Option<Self> {
        match text.to_ascii_uppercase().as_str() {
            "NEVER" => Some(Self::Never),
            "GSSAPI" => Some(Self::Gssapi),
            "TLS" => Some(Self::Tls),
            _ => None,
        }
    }
}

fn option_named(word: &str) -> Option<&'static str> {
    let word = word.to_ascii_uppercase();
    OPTIONS.iter().find(|(name, shortest)| word.len() >= *shortest && name.starts_with(&word)).map(|(name, _)| *name)
}

fn number<N: std::str::FromStr>(name: &str, value: &str) -> Result<N, ParmError> {
    value.parse().map_err(|_| ParmError::Value { name: name.to_owned(), value: value.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::{Exit, Mechanism, Parm, ParmError, Security};

    fn parm(text: &str) -> Parm {
        Parm::parse(text).expect(text)
    }

    #[test]
    fn every_form_of_exit_found_in_jobs_is_read() {
        for text in ["(EXIT", "( EXIT", "-v (EXIT ", "-e", "(exit", "(EXIT TIMEOUT 120", "-v (EXIT)"] {
            assert_eq!(parm(text).exit, Some(Exit::Computed), "{text}");
        }
        assert_eq!(parm("1.2.3.4 (EXIT=8").exit, Some(Exit::Fixed(8)));
        assert_eq!(parm("(EXIT=08").exit, Some(Exit::Fixed(8)));
        assert_eq!(parm("10.2.11.215 (TIMEOUT 20").exit, None);
        assert_eq!(parm("").exit, None);
    }

    #[test]
    fn timeouts_are_read_in_full_and_abbreviated() {
        assert_eq!(parm("FIREWALL (EXIT TI 720").timeout, Some(720));
        assert_eq!(parm("12.23.45.678 (EXIT TIMEOUT 120").timeout, Some(120));
        assert_eq!(parm("10.2.11.215 (TIMEOUT 20").host.as_deref(), Some("10.2.11.215"));
    }

    #[test]
    fn the_parm_of_the_published_log_is_read() {
        let parm = parm("-a tls -n -v -p TCPIP (EXIT");
        assert_eq!(parm.security, Some(Security { mechanism: Mechanism::Tls, required: false }));
        assert_eq!((parm.no_autologin, parm.stack.as_deref()), (true, Some("TCPIP")));
        assert_eq!((parm.host, parm.exit), (None, Some(Exit::Computed)));
    }

    #[test]
    fn host_and_port_stand_before_the_parenthesis() {
        let parm = parm("-r TLS ftp.example.com 2121 (EXIT=8");
        assert_eq!((parm.host.as_deref(), parm.port), (Some("ftp.example.com"), Some(2121)));
        assert_eq!(parm.security.map(|s| s.required), Some(true));
        assert_eq!(
            super::Parm::parse("host(EXIT").map(|p| (p.host, p.exit)),
            Ok((Some("host".to_owned()), Some(Exit::Computed)))
        );
    }

    #[test]
    fn what_nobody_knows_is_named() {
        assert_eq!(Parm::parse("-z"), Err(ParmError::Flag('z')));
        assert_eq!(Parm::parse("(EXT"), Err(ParmError::Option("EXT".to_owned())));
        assert_eq!(Parm::parse("-a"), Err(ParmError::NoValue("-a".to_owned())));
        assert!(matches!(Parm::parse("-a SSL"), Err(ParmError::Value { .. })));
        assert!(matches!(Parm::parse("host 99999"), Err(ParmError::Value { .. })));
        assert_eq!(Parm::parse("host 21 more"), Err(ParmError::Surplus("more".to_owned())));
    }
}
