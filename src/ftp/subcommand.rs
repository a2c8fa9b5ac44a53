//! The subcommands: names, shortest abbreviations, codes, and whether an error ends a client with EXIT.
//!
//! Border: a table and a look-up. Source: "IP User's Guide and Commands", FTP subcommands and FTP subcommand
//! codes; abbreviations marked there by capitals.

/// What a subcommand does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Sends the verb with the operands and prints the replies.
    Send(&'static str, Operands),
    /// Sends TYPE with this letter.
    Type(char),
    /// Sends TYPE with the letter of the operand.
    TypeOperand,
    /// Sends PBSZ 0 and PROT with this letter.
    Protect(char),
    /// Sends PBSZ 0 and PROT with the level of the operand.
    ProtectOperand,
    /// Lists with this verb.
    List(&'static str),
    /// ACCOUNT
    Account,
    /// APPEND
    Append,
    /// CLOSE
    Close,
    /// GET
    Get,
    /// HELP SERVER; the client's own help is not emulated.
    Help,
    /// LCD
    LocalDirectory,
    /// LOCSITE
    LocalSite,
    /// MODE: stream only.
    Mode,
    /// OPEN
    Open,
    /// PASS
    Pass,
    /// PUT
    Put,
    /// QUIT
    Quit,
    /// QUOTE
    Quote,
    /// RENAME
    Rename,
    /// SENDSITE
    SendSite,
    /// STRUCTURE: file only.
    Structure,
    /// USER
    User,
    /// Concerns prompts and file name patterns, of which there are none here.
    NoEffect,
    /// Not emulated.
    NotEmulated,
}

/// Operands of a subcommand that is sent as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operands {
    /// What stands there is not sent.
    None,
    /// Sent if there are any.
    Optional,
    /// Without any the subcommand is used wrongly.
    Required,
}

/// A row of the table.
#[derive(Debug, PartialEq, Eq)]
pub struct Subcommand {
    /// The name in capitals.
    pub name: &'static str,
    /// Letters of the shortest abbreviation.
    pub shortest: usize,
    /// The subcommand code.
    pub code: u16,
    /// EXIT_IF_ERROR.
    pub exits: bool,
    /// What it does.
    pub action: Action,
}

/// The code of OPEN, which the first connection has as well.
pub const OPEN: u16 = 10;
/// The code of USER, which the automatic log-in has as well.
pub const USER: u16 = 19;
/// The code of PASS.
pub const PASS: u16 = 26;
/// The code of QUIT, which the end of the stream has as well.
pub const QUIT: u16 = 29;
/// The code of an ambiguous subcommand, which never ends the client.
pub const AMBIGUOUS: u16 = 1;
/// The code of no subcommand at all.
pub const NONE: u16 = 0;

use Action::{
    Account, Append, Close, Get, Help, List, LocalDirectory, LocalSite, Mode, NoEffect, NotEmulated, Open, Pass,
    Protect, ProtectOperand, Put, Quit, Quote, Rename, Send, SendSite, Structure, Type, TypeOperand, User,
};
use Operands::{None as NoOperands, Optional, Required};

const fn row(name: &'static str, shortest: usize, code: u16, exits: bool, action: Action) -> Subcommand {
    Subcommand { name, shortest, code, exits, action }
}

/// All subcommands, by name.
pub static SUBCOMMANDS: &[Subcommand] = &[
    row("!", 1, 68, true, NotEmulated),
    row("?", 1, 2, false, NotEmulated),
    row("ACCOUNT", 2, 3, true, Account),
    row("APPEND", 2, 4, true, Append),
    row("ASCII", 2, 5, true, Type('A')),
    row("AUTH", 2, 81, true, NotEmulated),
    row("BIG5", 3, 57, true, NotEmulated),
    row("BINARY", 3, 6, true, Type('I')),
    row("BLOCK", 2, 58, true, NotEmulated),
    row("CCC", 2, 77, true, NotEmulated),
    row("CD", 2, 7, true, Send("CWD", Required)),
    row("CDUP", 3, 51, true, Send("CDUP", NoOperands)),
    row("CLEAR", 3, 72, true, Protect('C')),
    row("CLOSE", 2, 8, true, Close),
    row("COMPRESS", 3, 59, true, NotEmulated),
    row("CPROTECT", 2, 73, true, NotEmulated),
    row("CWD", 2, 7, true, Send("CWD", Required)),
    row("DEBUG", 3, 11, false, NotEmulated),
    row("DELETE", 4, 13, true, Send("DELE", Required)),
    row("DELIMIT", 5, 12, false, NotEmulated),
    row("DIR", 2, 14, true, List("LIST")),
    row("DUMP", 2, 70, false, NotEmulated),
    row("EBCDIC", 2, 15, true, Type('E')),
    row("EUCKANJI", 2, 46, true, NotEmulated),
    row("FEATURE", 2, 79, true, Send("FEAT", NoOperands)),
    row("FILE", 2, 60, true, Send("STRU F", NoOperands)),
    row("GET", 1, 16, true, Get),
    row("GLOB", 2, 65, false, NoEffect),
    row("HANGEUL", 2, 53, true, NotEmulated),
    row("HELP", 2, 17, false, Help),
    row("IBMKANJI", 1, 47, true, NotEmulated),
    row("JIS78KJ", 5, 48, true, NotEmulated),
    row("JIS83KJ", 5, 49, true, NotEmulated),
    row("KSC5601", 1, 54, true, NotEmulated),
    row("LANGUAGE", 4, 78, true, Send("LANG", Optional)),
    row("LCD", 2, 41, true, LocalDirectory),
    row("LMKDIR", 2, 45, true, NotEmulated),
    row("LOCSITE", 5, 42, false, LocalSite),
    row("LOCSTAT", 5, 18, true, NotEmulated),
    row("LPWD", 2, 43, false, NotEmulated),
    row("LS", 2, 20, true, List("NLST")),
    row("MDELETE", 2, 21, true, NotEmulated),
    row("MGET", 2, 22, true, NotEmulated),
    row("MKDIR", 3, 44, true, Send("MKD", Required)),
    row("MKFIFO", 3, 82, true, NotEmulated),
    row("MODE", 2, 23, true, Mode),
    row("MPUT", 2, 24, true, NotEmulated),
    row("MVSGET", 4, 83, true, NotEmulated),
    row("MVSPUT", 4, 84, true, NotEmulated),
    row("NOOP", 2, 25, true, Send("NOOP", NoOperands)),
    row("OPEN", 1, OPEN, true, Open),
    row("PASS", 2, PASS, true, Pass),
    row("PRIVATE", 3, 74, true, Protect('P')),
    row("PROMPT", 5, 66, false, NoEffect),
    row("PROTECT", 4, 75, true, ProtectOperand),
    row("PROXY", 4, 61, true, NotEmulated),
    row("PUT", 2, 27, true, Put),
    row("PWD", 2, 28, true, Send("PWD", NoOperands)),
    row("QUIT", 3, QUIT, true, Quit),
    row("QUOTE", 3, 30, true, Quote),
    row("RECORD", 3, 62, true, NotEmulated),
    row("RENAME", 3, 31, true, Rename),
    row("RESTART", 3, 56, false, NotEmulated),
    row("RMDIR", 2, 52, true, Send("RMD", Required)),
    row("SAFE", 2, 76, false, Protect('S')),
    row("SCHINESE", 2, 63, true, NotEmulated),
    row("SENDPORT", 5, 32, true, NotEmulated),
    row("SENDSITE", 5, 33, false, SendSite),
    row("SITE", 2, 34, false, Send("SITE", Optional)),
    row("SJISKANJI", 2, 50, true, NotEmulated),
    row("SRESTART", 2, 80, true, NotEmulated),
    row("STATUS", 3, 35, true, Send("STAT", Optional)),
    row("STREAM", 4, 64, true, Send("MODE S", NoOperands)),
    row("STRUCTURE", 3, 36, true, Structure),
    row("SUNIQUE", 2, 37, true, NotEmulated),
    row("SYSTEM", 2, 38, true, Send("SYST", NoOperands)),
    row("TCHINESE", 2, 55, true, NotEmulated),
    row("TRACE", 2, NONE, false, NotEmulated),
    row("TSO", 2, 9, false, NotEmulated),
    row("TYPE", 2, 40, true, TypeOperand),
    row("UCS2", 2, 67, true, NotEmulated),
    row("USER", 1, USER, true, User),
    row("VERBOSE", 1, 71, false, NotEmulated),
];

/// What a word stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Found {
    /// One subcommand.
    One(&'static Subcommand),
    /// The beginning of several, or of one but too short.
    Ambiguous,
    /// Nothing.
    Unknown,
}

/// The subcommand that `word` names or abbreviates.
pub fn find(word: &str) -> Found {
    let word = word.to_ascii_uppercase();
    let begins = |row: &&Subcommand| row.name.starts_with(&word);
    let exact = SUBCOMMANDS.iter().find(|row| row.name == word);
    match exact.or_else(|| SUBCOMMANDS.iter().filter(begins).find(|row| word.len() >= row.shortest)) {
        Some(row) => Found::One(row),
        None if SUBCOMMANDS.iter().any(|row| begins(&row)) => Found::Ambiguous,
        None => Found::Unknown,
    }
}

/// The name of a subcommand code.
pub fn name_of(code: u16) -> &'static str {
    let named = |row: &&Subcommand| row.code == code && code != NONE;
    SUBCOMMANDS.iter().find(named).map_or("an unknown subcommand", |row| row.name)
}

#[cfg(test)]
mod tests {
    use super::{Found, SUBCOMMANDS, find, name_of};

    fn name(word: &str) -> &'static str {
        match find(word) {
            Found::One(row) => row.name,
            Found::Ambiguous => "ambiguous",
            Found::Unknown => "unknown",
        }
    }

    #[test]
    fn abbreviations_found_in_jobs_are_known() {
        for (word, meaning) in [
            ("bin", "BINARY"),
            ("BINARY", "BINARY"),
            ("asc", "ASCII"),
            ("cd", "CD"),
            ("put", "PUT"),
            ("pu", "PUT"),
            ("get", "GET"),
            ("quit", "QUIT"),
            ("qui", "QUIT"),
            ("quote", "QUOTE"),
            ("stat", "STATUS"),
            ("locsite", "LOCSITE"),
            ("locsi", "LOCSITE"),
            ("sendsite", "SENDSITE"),
            ("site", "SITE"),
            ("dir", "DIR"),
            ("ls", "LS"),
            ("pwd", "PWD"),
            ("del", "ambiguous"),
            ("dele", "DELETE"),
            ("u", "USER"),
            ("pass", "PASS"),
            ("p", "ambiguous"),
            ("q", "ambiguous"),
            ("anonymous", "unknown"),
            ("passive", "unknown"),
            ("binaryx", "unknown"),
        ] {
            assert_eq!(name(word), meaning, "{word}");
        }
    }

    #[test]
    fn no_abbreviation_belongs_to_two_subcommands() {
        for row in SUBCOMMANDS {
            for length in row.shortest..=row.name.len() {
                assert_eq!(name(&row.name[..length]), row.name, "{}", &row.name[..length]);
            }
        }
    }

    #[test]
    fn codes_are_those_of_the_guide() {
        for (code, name) in
            [(3, "ACCOUNT"), (7, "CD"), (10, "OPEN"), (16, "GET"), (27, "PUT"), (34, "SITE"), (40, "TYPE")]
        {
            assert_eq!(name_of(code), name);
        }
    }
}
