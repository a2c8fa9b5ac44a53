//! What the server says, as data: one file per profile, with the texts and their witnesses.
//!
//! Border: lines and the facts in their gaps. When something is said is the session's business.

use std::fmt::{self, Display};
use std::sync::Arc;

use serde::Deserialize;
use thiserror::Error;

/// The profiles that are built in: name and file.
const PROFILES: &[(&str, &str)] = &[("zos-2005", include_str!("profiles/zos-2005.toml"))];

/// The profile of an ECuRep that nobody has configured.
pub const DEFAULT_PROFILE: &str = "zos-2005";

/// A profile that cannot be used.
#[derive(Debug, Error)]
pub enum ProfileError {
    /// No built-in profile has this name.
    #[error("there is no server profile {0:?}; there are: zos-2005")]
    Unknown(String),
    /// The file of the profile is not right.
    #[error("the server profile {name:?} cannot be read: {reason}")]
    Invalid {
        /// The profile.
        name: String,
        /// What is wrong, and where.
        reason: String,
    },
}

/// A server's way of speaking.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Personality {
    /// The name of the profile, as in `zos-2005`.
    pub name: String,
    /// What it claims to be, as in `IBM FTP CS V1R5`.
    pub software: String,
    /// Minutes without a command or a transfer after which a session ends.
    pub idle_minutes: u32,
    /// User names that log on with any password, lower case.
    pub accounts: Vec<String>,
    /// Every text.
    pub says: Says,
    /// What SITE takes.
    pub site: Site,
}

/// The parameters of SITE.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Site {
    /// Their full names, upper case.
    pub parameters: Vec<String>,
}

impl Personality {
    /// The built-in profile called `name`.
    pub fn named(name: &str) -> Result<Arc<Self>, ProfileError> {
        let found = PROFILES.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        let (_, text) = found.ok_or_else(|| ProfileError::Unknown(name.to_owned()))?;
        Self::read(name, text).map(Arc::new)
    }

    /// The names of the built-in profiles.
    pub fn names() -> impl Iterator<Item = &'static str> {
        PROFILES.iter().map(|(name, _)| *name)
    }

    fn read(name: &str, text: &str) -> Result<Self, ProfileError> {
        toml::from_str(text).map_err(|error| ProfileError::Invalid { name: name.to_owned(), reason: error.to_string() })
    }
}

impl Site {
    /// True if `parameter` names one, in full or cut down to two letters or more, with or without `=value`.
    pub fn knows(&self, parameter: &str) -> bool {
        let word = parameter.split(['=', '(']).next().unwrap_or_default().to_ascii_uppercase();
        word.len() >= 2 && self.parameters.iter().any(|known| known.starts_with(&word))
    }
}

/// Declares the texts of a profile: one field each.
macro_rules! says {
    ($($field:ident),* $(,)?) => {
        /// Every text of a profile, by the occasion. The file of the profile tells the words.
        #[derive(Debug, Deserialize)]
        #[serde(rename_all = "kebab-case", deny_unknown_fields)]
        pub struct Says { $(#[allow(missing_docs, reason = "the name is the occasion")] pub $field: Text),* }

        #[cfg(test)]
        impl Says {
            fn all(&self) -> Vec<(&'static str, &Text)> {
                vec![$((stringify!($field), &self.$field)),*]
            }
        }
    };
}

says! {
    greeting, goodbye, idle, closing, too_many, disturbed, noop, help, unknown, too_long, no_operand, bad_operand,
    bad_character, send_email, send_password, user_first, logged_on_anonymous, logged_on, password_failed,
    log_on_first, not_logged_on, auth_ok, auth_unknown, auth_refused, auth_late, pbsz_ok, prot_private, prot_clear,
    prot_unsupported, prot_unknown, no_tls, pbsz_first, ccc_refused, type_ascii, type_image, type_ebcdic,
    type_local, type_unknown, mode_stream, mode_refused, structure_file, structure_record, structure_refused,
    site_ok, site_unknown, site_empty, allo, rest_refused, port_ok, eprt_ok, port_foreign, eprt_protocol, pasv_ok,
    epsv_ok, epsv_all, epsv_only, no_data_port, no_data_connection, data_tls_failed, aborted, working_directory,
    entering_toibm, entering_upload, print_directory, missing, is_directory, denied, name_length, nothing_found,
    list_started, list_done, storing, transfer_done, transfer_cut, transfer_stalled, transfer_failed, store_full,
    store_refused, fault_store, system, features, features_none, no_size, no_status_of_file, status, status_clear,
    status_tls, status_end,
}

/// A gap's name and what stands in it.
pub type Fact<'a> = (&'a str, &'a (dyn Display + Sync));

/// The lines of a text, with gaps such as `{path}`.
#[derive(Debug, Deserialize)]
#[serde(from = "Lines")]
pub struct Text(Vec<String>);

#[derive(Deserialize)]
#[serde(untagged)]
enum Lines {
    One(String),
    Many(Vec<String>),
}

impl From<Lines> for Text {
    fn from(lines: Lines) -> Self {
        match lines {
            Lines::One(line) => Self(vec![line]),
            Lines::Many(lines) => Self(lines),
        }
    }
}

impl Text {
    /// The text of an occasion without facts.
    pub fn plain(&self) -> Reply {
        Reply(self.0.clone())
    }

    /// The text with its gaps filled.
    pub fn with(&self, facts: &[Fact<'_>]) -> Reply {
        Reply(self.0.iter().map(|line| fill(line, facts)).collect())
    }
}

/// Fills the gaps of `line`, from left to right; what a fact brings in is not looked at again.
fn fill(line: &str, facts: &[Fact<'_>]) -> String {
    let mut filled = String::with_capacity(line.len());
    let mut rest = line;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        let fact = after.split_once('}').and_then(|(gap, tail)| {
            facts.iter().find(|(name, _)| *name == gap).map(|(_, value)| (value.to_string(), tail))
        });
        rest = if let Some((value, tail)) = fact {
            filled.push_str(&value);
            tail
        } else {
            filled.push('{');
            after
        };
    }
    filled + rest
}

/// The lines of one answer, without line ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply(Vec<String>);

impl Reply {
    /// This text, and `next` after it.
    #[must_use]
    pub fn then(mut self, next: Self) -> Self {
        self.0.extend(next.0);
        self
    }

    /// The lines, in order.
    pub fn lines(&self) -> &[String] {
        &self.0
    }

    /// The code of the last line, which decides.
    pub fn code(&self) -> &str {
        self.0.last().and_then(|line| line.get(..3)).unwrap_or_default()
    }
}

impl Display for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|line| write!(f, "{line}\r\n"))
    }
}

#[cfg(test)]
mod tests {
    use super::{DEFAULT_PROFILE, Personality, Text, fill};

    fn profile() -> std::sync::Arc<Personality> {
        Personality::named(DEFAULT_PROFILE).expect("the default profile can be read")
    }

    /// Texts that are only ever said together with another one that ends them.
    const BEGINNINGS: [&str; 6] =
        ["site_unknown", "entering_toibm", "entering_upload", "status", "status_clear", "status_tls"];

    #[test]
    fn every_profile_can_be_read_and_bears_its_name() {
        for name in Personality::names() {
            assert_eq!(Personality::named(name).expect(name).name, name);
        }
        assert!(Personality::named("vsftpd").is_err());
    }

    #[test]
    fn every_text_is_a_whole_answer_of_one_code() {
        for (occasion, Text(lines)) in profile().says.all() {
            let lines: Vec<String> = lines.iter().map(|line| line.replace("{code}", "500")).collect();
            let (last, before) = lines.split_last().expect("a text has a line");
            let goes_on = BEGINNINGS.contains(&occasion);
            assert_eq!(last.get(3..4), Some(if goes_on { "-" } else { " " }), "{occasion}: {last}");
            if let Some(first) = before.first() {
                assert_eq!(first.get(..3), last.get(..3), "{occasion}");
                assert_eq!(first.get(3..4), Some("-"), "{occasion}");
            }
        }
    }

    #[test]
    fn lines_are_ascii_and_short_enough_for_a_listing() {
        for (occasion, Text(lines)) in profile().says.all() {
            for line in lines {
                assert!(line.is_ascii() && line.len() <= 120, "{occasion}: {line}");
            }
        }
    }

    #[test]
    fn gaps_are_filled_once() {
        assert_eq!(fill("550 {path} {verb}", &[("path", &"{verb}"), ("verb", &"X")]), "550 {verb} X");
        assert_eq!(fill("a {gap} b {", &[]), "a {gap} b {");
    }

    #[test]
    fn site_takes_the_parameters_that_clients_send() {
        // z/VM (session of 2002), FluentFTP, and the automatic SITE of the z/OS client.
        for parameter in
            ["VARrecfm", "DATASETMODE", "QUOTESOVERRIDE", "FIXrecfm", "LRECL=80", "RECFM=FB", "BLKSIZE=27920"]
        {
            assert!(profile().site.knows(parameter), "{parameter}");
        }
        assert!(!profile().site.knows("XYZZY"));
        assert!(!profile().site.knows(""));
    }
}
