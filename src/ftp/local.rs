//! Local names as subcommands give them: `'A.B.C'`, `B.C` with the prefix in front, `'PDS(MEM)'`, `//DD:name`.

use std::fmt;

use thiserror::Error;

use crate::dataset::{DataSetName, MemberName};

/// A file on this side of the connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LocalFile {
    /// A data set, or a member of one.
    DataSet {
        /// Its name, fully qualified.
        name: DataSetName,
        /// Its member.
        member: Option<MemberName>,
    },
    /// What a DD of the step stands for.
    Dd(String),
}

impl fmt::Display for LocalFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::DataSet { name, member: None } => write!(f, "{name}"),
            Self::DataSet { name, member: Some(member) } => write!(f, "{name}({member})"),
            Self::Dd(ddname) => write!(f, "DD:{ddname}"),
        }
    }
}

/// Why a text names no local file.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum LocalNameError {
    /// z/OS UNIX files.
    #[error("z/OS UNIX files are not emulated")]
    Unix,
    /// Not a data set, member or ddname.
    #[error("{0}")]
    Name(String),
}

/// Where names without quotes begin: the job's user id at first, then what LCD says. Empty for none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocalPrefix(String);

impl LocalPrefix {
    /// The prefix of user `user`.
    pub fn of_user(user: &str) -> Self {
        Self(user.to_ascii_uppercase())
    }

    /// The prefix that `LCD operand` makes of this one.
    #[must_use]
    pub fn changed(&self, operand: &str) -> Self {
        let text = operand.to_ascii_uppercase();
        if text == ".." {
            return Self(self.0.rsplit_once('.').map_or_else(String::new, |(front, _)| front.to_owned()));
        }
        match unquoted(&text) {
            Some(whole) => Self(whole.trim_end_matches('.').to_owned()),
            None => Self(self.qualify(text.trim_end_matches('.'))),
        }
    }

    /// The file that `text` names.
    pub fn resolve(&self, text: &str) -> Result<LocalFile, LocalNameError> {
        let upper = text.to_ascii_uppercase();
        if let Some(ddname) = upper.strip_prefix("//DD:") {
            return dd(ddname);
        }
        if upper.starts_with('/') {
            return Err(LocalNameError::Unix);
        }
        match unquoted(&upper) {
            Some(whole) => data_set(whole),
            None => data_set(&self.qualify(&upper)),
        }
    }

    fn qualify(&self, name: &str) -> String {
        if self.0.is_empty() { name.to_owned() } else { format!("{}.{name}", self.0) }
    }
}

impl fmt::Display for LocalPrefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.", self.0)
    }
}

/// The data set that `-f "//'HLQ.FTPDATA(MEM)'"` or `'HLQ.FTPDATA(MEM)'` names, with `prefix` for names
/// without quotes.
pub fn named_in_parm(text: &str, prefix: &LocalPrefix) -> Result<LocalFile, LocalNameError> {
    let text = text.trim_matches('"');
    let is_dd = text.to_ascii_uppercase().starts_with("//DD:");
    prefix.resolve(if is_dd { text } else { text.strip_prefix("//").unwrap_or(text) })
}

fn unquoted(text: &str) -> Option<&str> {
    text.strip_prefix('\'')?.strip_suffix('\'')
}

fn dd(ddname: &str) -> Result<LocalFile, LocalNameError> {
    MemberName::new(ddname)
        .map(|ddname| LocalFile::Dd(ddname.as_str().to_owned()))
        .map_err(|error| LocalNameError::Name(error.to_string()))
}

fn data_set(text: &str) -> Result<LocalFile, LocalNameError> {
    let wrong = |error: crate::dataset::name::NameError| LocalNameError::Name(error.to_string());
    let (name, member) = match text.split_once('(') {
        Some((name, rest)) => (name, Some(rest.strip_suffix(')').unwrap_or(rest))),
        None => (text, None),
    };
    Ok(LocalFile::DataSet {
        name: DataSetName::new(name).map_err(wrong)?,
        member: member.map(MemberName::new).transpose().map_err(wrong)?,
    })
}

#[cfg(test)]
mod tests {
    use super::{LocalNameError, LocalPrefix, named_in_parm};

    fn resolve(text: &str) -> String {
        LocalPrefix::of_user("ibmuser").resolve(text).map_or_else(|error| error.to_string(), |file| file.to_string())
    }

    #[test]
    fn quotes_mean_fully_qualified_and_no_quotes_put_the_prefix_in_front() {
        assert_eq!(resolve("'YOUR.TERSED.DATASET'"), "YOUR.TERSED.DATASET");
        assert_eq!(resolve("jcl.cntl(mvsjob)"), "IBMUSER.JCL.CNTL(MVSJOB)");
        assert_eq!(resolve("'sys1.parmlib(ieasys00)'"), "SYS1.PARMLIB(IEASYS00)");
        assert_eq!(resolve("//dd:infile"), "DD:INFILE");
    }

    #[test]
    fn unix_files_and_wrong_names_are_refused() {
        let prefix = LocalPrefix::of_user("IBMUSER");
        assert_eq!(prefix.resolve("/tmp/x"), Err(LocalNameError::Unix));
        for wrong in ["''", "'A..B'", "A(", "A(B)C", "'A", "//DD:", "//DD:TOOLONGNAME"] {
            assert!(prefix.resolve(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn lcd_goes_down_up_and_elsewhere() {
        let prefix = LocalPrefix::of_user("IBMUSER");
        assert_eq!(prefix.changed("test").to_string(), "IBMUSER.TEST.");
        assert_eq!(prefix.changed("test").changed("..").to_string(), "IBMUSER.");
        assert_eq!(prefix.changed("'your.'").to_string(), "YOUR.");
    }

    #[test]
    fn a_parm_names_ftp_data_in_the_tso_form() {
        let prefix = LocalPrefix::of_user("IBMUSER");
        let named = |text| named_in_parm(text, &prefix).expect("a good name").to_string();
        assert_eq!(named("\"//'HLQ.FTPDATA(MEM)'\""), "HLQ.FTPDATA(MEM)");
        assert_eq!(named("//DD:MYDATA"), "DD:MYDATA");
    }
}
