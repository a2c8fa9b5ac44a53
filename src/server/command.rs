//! A line of the client as a verb and its operand.

use std::fmt;

/// What the server has an answer to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verb {
    Abor,
    Allo,
    Appe,
    Auth,
    Ccc,
    Cdup,
    Cwd,
    Dele,
    Eprt,
    Epsv,
    Feat,
    Help,
    List,
    Mdtm,
    Mkd,
    Mode,
    Nlst,
    Noop,
    Pass,
    Pasv,
    Pbsz,
    Port,
    Prot,
    Pwd,
    Quit,
    Rest,
    Retr,
    Rmd,
    Rnfr,
    Rnto,
    Site,
    Size,
    Stat,
    Stor,
    Stou,
    Stru,
    Syst,
    Type,
    User,
}

/// Every spelling, the usual one of a verb first.
const VERBS: &[(&str, Verb)] = &[
    ("ABOR", Verb::Abor),
    ("ALLO", Verb::Allo),
    ("APPE", Verb::Appe),
    ("AUTH", Verb::Auth),
    ("CCC", Verb::Ccc),
    ("CDUP", Verb::Cdup),
    ("CWD", Verb::Cwd),
    ("DELE", Verb::Dele),
    ("EPRT", Verb::Eprt),
    ("EPSV", Verb::Epsv),
    ("FEAT", Verb::Feat),
    ("HELP", Verb::Help),
    ("LIST", Verb::List),
    ("MDTM", Verb::Mdtm),
    ("MKD", Verb::Mkd),
    ("MODE", Verb::Mode),
    ("NLST", Verb::Nlst),
    ("NOOP", Verb::Noop),
    ("PASS", Verb::Pass),
    ("PASV", Verb::Pasv),
    ("PBSZ", Verb::Pbsz),
    ("PORT", Verb::Port),
    ("PROT", Verb::Prot),
    ("PWD", Verb::Pwd),
    ("QUIT", Verb::Quit),
    ("REST", Verb::Rest),
    ("RETR", Verb::Retr),
    ("RMD", Verb::Rmd),
    ("RNFR", Verb::Rnfr),
    ("RNTO", Verb::Rnto),
    ("SITE", Verb::Site),
    ("SIZE", Verb::Size),
    ("STAT", Verb::Stat),
    ("STOR", Verb::Stor),
    ("STOU", Verb::Stou),
    ("STRU", Verb::Stru),
    ("SYST", Verb::Syst),
    ("TYPE", Verb::Type),
    ("USER", Verb::User),
    ("XCUP", Verb::Cdup),
    ("XCWD", Verb::Cwd),
    ("XMKD", Verb::Mkd),
    ("XPWD", Verb::Pwd),
    ("XRMD", Verb::Rmd),
];

/// Longest piece of an unknown verb that is sent back.
const SHOWN_VERB: usize = 32;

/// A line taken apart. The operand may be a password, so it is not shown by `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Command {
    /// The verb as it was typed, in upper case, cut and without control characters: fit for an answer.
    pub(super) word: String,
    /// The verb, if the server knows it.
    pub(super) verb: Option<Verb>,
    /// What stands behind the first blank, blanks at both ends removed.
    pub(super) operand: String,
}

impl Command {
    pub(super) fn parse(line: &str) -> Self {
        let line = line.trim();
        let (word, operand) = line.split_once(' ').unwrap_or((line, ""));
        let upper = word.to_ascii_uppercase();
        let verb = VERBS.iter().find(|(name, _)| *name == upper).map(|(_, verb)| *verb);
        let word = upper.chars().filter(|c| !c.is_control()).take(SHOWN_VERB).collect();
        Self { word, verb, operand: operand.trim_start().to_owned() }
    }
}

impl fmt::Debug for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Command").field("word", &self.word).finish_non_exhaustive()
    }
}

impl Verb {
    /// The usual spelling.
    pub(super) fn name(self) -> &'static str {
        VERBS.iter().find(|(_, verb)| *verb == self).map_or("", |(name, _)| name)
    }

    /// True for what is answered before the logon (capture of a z/OS server).
    pub(super) fn is_open_to_all(self) -> bool {
        use Verb::{Auth, Ccc, Feat, Help, Noop, Pass, Pbsz, Prot, Quit, Site, Stat, Syst, User};
        matches!(self, Auth | Ccc | Feat | Help | Noop | Pass | Pbsz | Prot | Quit | Site | Stat | Syst | User)
    }

    /// True for what makes no sense without an operand.
    pub(super) fn needs_operand(self) -> bool {
        use Verb::{
            Appe, Auth, Cwd, Dele, Eprt, Mdtm, Mkd, Mode, Pbsz, Port, Prot, Rest, Retr, Rmd, Rnfr, Rnto, Size, Stor,
            Stru, Type, User,
        };
        matches!(
            self,
            Appe | Auth
                | Cwd
                | Dele
                | Eprt
                | Mdtm
                | Mkd
                | Mode
                | Pbsz
                | Port
                | Prot
                | Rest
                | Retr
                | Rmd
                | Rnfr
                | Rnto
                | Size
                | Stor
                | Stru
                | Type
                | User
        )
    }

    /// The names of all verbs for HELP, eight a line.
    pub(super) fn help() -> String {
        let names: Vec<String> = VERBS.iter().map(|(name, _)| format!(" {name:<4}")).collect();
        names.chunks(8).map(|line| line.concat().trim_end().to_owned()).collect::<Vec<_>>().join("\r\n")
    }
}

#[cfg(test)]
mod tests {
    use super::{Command, VERBS, Verb};

    #[test]
    fn a_line_is_a_verb_and_the_rest() {
        let command = Command::parse("stor 12345.123.724.a b");
        assert_eq!((command.verb, command.operand.as_str()), (Some(Verb::Stor), "12345.123.724.a b"));
        assert_eq!(Command::parse("QUIT").verb, Some(Verb::Quit));
        assert_eq!(Command::parse("xyzzy 1").verb, None);
        assert_eq!(Command::parse("xyzzy 1").word, "XYZZY");
    }

    #[test]
    fn what_is_sent_back_of_a_strange_line_is_short_and_harmless() {
        let strange = format!("\u{1b}[31m{}", "A".repeat(5000));
        let word = Command::parse(&strange).word;
        assert!(word.len() <= 32 && !word.contains('\u{1b}'), "{word:?}");
    }

    #[test]
    fn a_password_is_not_shown() {
        assert!(!format!("{:?}", Command::parse("PASS secret")).contains("secret"));
    }

    #[test]
    fn spellings_stand_in_order_for_each_verb() {
        assert_eq!(Verb::Pwd.name(), "PWD");
        for (name, _) in VERBS {
            assert!(Verb::help().contains(name));
        }
    }
}
