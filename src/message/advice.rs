//! What `zjob check` says of a deck besides the host's own messages: the finding, and what to do about it.
//!
//! Border: texts only, shown outside any listing. The id stands in front of the text where it is shown.

use super::Entry;
use super::Witness::Own;

/// A piece of advice: what was found, and the remedy.
#[derive(Debug)]
pub struct Advice {
    /// What was found.
    pub found: Entry,
    /// What to do about it.
    pub remedy: Entry,
}

macro_rules! advice {
    ($($id:ident = $found:expr, $remedy:expr;)*) => {
        $(#[allow(missing_docs, reason = "the text says it")]
        pub static $id: Advice = Advice {
            found: Entry { id: stringify!($id), text: $found, witness: Own },
            remedy: Entry { id: stringify!($id), text: $remedy, witness: Own },
        };)*
        /// What may be found, in order.
        pub static ROWS: &[&Entry] = &[$(&$id.found),*];
    };
}

advice! {
    // Cards and statements
    ZJB800E = "The JOB card begins with one slash: z/OS reads no job here.",
        "Write two slashes: //{}.";
    ZJB801W = "{} outside in-stream data: JES2 takes it for data and puts a SYSIN DD * before it.",
        "Remove it, or make it a comment: //*.";
    ZJB802W = "Text after the last /*: JES2 takes it for data of one more SYSIN DD *.",
        "Remove everything after the /* card.";
    ZJB803E = "The statement goes on in column {}: a continuation must begin in columns 4 to 16.",
        "Move the operands to column 16 or before it.";
    ZJB804E = "The operands end here without a comma, but the next card looks like more of them: {}.",
        "Put a comma behind the last operand of this card.";
    ZJB805W = "A tab in a JCL statement: the host wants blanks.",
        "Replace the tab by blanks.";
    ZJB806E = "{} is what a word processor or web page makes of {}.",
        "Type the plain character.";
    ZJB807E = "{} is how a web page writes {}.",
        "Type the plain character.";
    ZJB808W = "The EXEC statement {} is commented out, so the DD statements that follow belong to step {}.",
        "Uncomment the EXEC statement, or comment the DD statements out as well.";
    ZJB809I = "{} is neither in the catalog of this system nor made by the job: the step would not start here.",
        "Name a host file for it in zjob.toml ([[dataset]] name = \"{}\"), or bring one in with zjob dataset import.";
    ZJB810W = "{} is in the catalog already, and DISP=NEW makes a new one: the job would fail with a duplicate name.",
        "Delete it in an earlier step, or use DISP=OLD, SHR or MOD.";
    ZJB811E = "PARM has {} characters; {} fit.",
        "Shorten it, or give the rest to the program in a DD statement.";
    ZJB812W = "{} stands in the deck in clear: everybody who can read the deck or its library can use it.",
        "{}";
    ZJB814E = "The IDCAMS command begins in column 1, which IDCAMS does not read: it would see {}.",
        "Begin the command in column 2 or later.";

    // The FTP client
    ZJB820W = "PARM has no EXIT: the FTP step ends with RC 0 whatever fails.",
        "Code (EXIT, as in PARM='(EXIT', or CLIENTEXIT TRUE in FTP.DATA; then test the code of the step.";
    ZJB821W = "EXIT is not the first option after the parenthesis: some levels of the client do not see it there.",
        "Put EXIT first: (EXIT {}.";
    ZJB822E = "The FTP client will not understand this PARM: {}.",
        "Flags come first, then the host, then the options: PARM='-v host (EXIT'; a blank stands before the parenthesis.";
    ZJB823E = "The line number {} becomes the port: FTP reads `{}`.",
        "Take the line numbers out (UNNUM in ISPF EDIT), or code SEQNUMSUPPORT TRUE in FTP.DATA.";
    ZJB824E = "The line number {} becomes the password of {}, and the true password is then read as a subcommand.",
        "Take the line numbers out (UNNUM in ISPF EDIT), or code SEQNUMSUPPORT TRUE in FTP.DATA.";
    ZJB825W = "The line number {} becomes an operand: FTP reads `{}`.",
        "Take the line numbers out (UNNUM in ISPF EDIT), or code SEQNUMSUPPORT TRUE in FTP.DATA.";
    ZJB826E = "{} is not a subcommand of the z/OS client.",
        "For passive mode write locsite fwfriendly, or FWFRIENDLY TRUE or EPSV4 TRUE in FTP.DATA.";
    ZJB827E = "{} is no subcommand of the z/OS client, or short for more than one.",
        "Write the subcommand in full.";
    ZJB828W = "{} asks before each file, and reads the lines that follow as the answers.",
        "Write prompt before it, or code -i in PARM.";
    ZJB829W = "PUT without a remote name: the server gets {}.",
        "Name the remote file: put {} NAME.";
    ZJB830W = "Without apostrophes this is {}, which nobody knows; {} is known.",
        "Write '{}'.";
    ZJB831E = "{} goes in ASCII here: it is translated and its blanks are cut, and nobody can unpack it.",
        "Write bin before this line.";
    ZJB832W = "{} has records of variable length ({}): sent in binary, the server cannot tell where one ends.",
        "Pack it first (TRSMAIN), or write locsite rdw before this line if the receiver knows RDWs.";
    ZJB833I = "{} has records of fixed length ({}): sent in ASCII, the blanks at their ends are cut.",
        "If the receiver counts columns, write locsite trailingblanks before this line.";
    ZJB834W = "The new data set {} gets the client's own attributes, {}: that breaks packed files and fixed records.",
        "Write before this line, for a TERSE file: locsite recfm=fb lrecl=1024 blksize=27648.";
    ZJB835E = "[{}] is notation of the example, not part of the name.",
        "{}";
    ZJB836W = "ECuRep does not process {}: {}.",
        "Begin the name with the problem record or the case, as in 12345.123.724.DUMP.TRS or TS001234567.DUMP.TRS.";
    ZJB837W = "The name says .EFZ, but {} was not encrypted by CSDFILEN in this job.",
        "Send the data set of SYSUT2 of the CSDFILEN step, or leave .EFZ away.";
    ZJB838W = "{} was {} in this job, but the name does not say {}.",
        "Put {} at the end of the name.";
    ZJB839W = "The name says .TRS, but {} was not packed by TRSMAIN.",
        "Send the OUTFILE of the TRSMAIN step, or leave .TRS away.";
    ZJB840W = "ECuRep takes uploads only in a directory below toibm, and this goes to {}.",
        "Write cd /toibm/mvs before this line.";
    ZJB841W = "TLS is asked for, but FTP.DATA names no KEYRING: the client ends with EZA2897I.",
        "Code KEYRING SECURE.FTP.KEYRING in FTP.DATA, or TLSMECHANISM ATTLS where AT-TLS does it.";
    ZJB842I = "FTP.DATA holds {} statement(s) that only the server knows, {} first: each gets an EZYFT47I.",
        "Keep an FTP.DATA for the client, or code SUPPRESSIGNOREWARNINGS TRUE.";
    ZJB843E = "The FTP step has neither an INPUT nor a SYSIN DD: the client ends with code 15 at once.",
        "Add //INPUT DD * with the host, the user id, the password and the subcommands.";
    ZJB844W = "This tests the code of {} against a number, but EXIT computes it: 27550 ends the step with 2974.",
        "Code (EXIT=8 for a code of your own, or test for 0.";
    ZJB846I = "TIME={} limits processor time (S322); a long wait for the server still ends the step with S522.",
        "Code TIME=1440, which lifts both limits.";
    ZJB847W = "{} has records of {} bytes, and SITE asked the server for LRECL={}: the rest of each is cut or refused.",
        "Ask for LRECL={} or more.";
    ZJB848W = "{} has {} line(s) with characters beyond the 7-bit set, {} first: code pages place them differently.",
        "Name both code pages before this line: locsite sbdataconn=(IBM-1047,ISO8859-1), the host's first.";
    ZJB849I = "A z/OS server does not look for {}: CD only sets the prefix, and a wrong one shows at the next PUT or GET.",
        "Look at the reply of the transfer, not of CD.";
    ZJB850E = "A quotation mark where JCL wants an apostrophe.",
        "Write '...'.";

    // Decks that are no decks yet
    ZJB851E = "The statement begins with one slash: JES2 takes it for data.",
        "Write two slashes: //{}.";
    ZJB852E = "A JOB card begins in column {}: JCL begins in column 1, so there is no job here.",
        "Take {} column(s) off the left of every line of the deck, that of in-stream data too.";
    ZJB853E = "The JOB card is in lower case, which z/OS does not fold: there is no job here.",
        "Write names, operations and operands in upper case; strings and in-stream data stay as they are.";
    ZJB854E = "The file has a zero byte beside each letter: it is UTF-16.",
        "Save it as UTF-8.";
}

// Remedies of findings that have more than one.

/// How to keep a password of CSDFILEN out of the deck.
pub static NO_PASSWORD: Entry = Entry {
    id: "ZJB812W",
    text: "Keep it in a data set of its own that only the job may read, or use an RSA key.",
    witness: Own,
};
/// How to keep the passphrase of an OpenPGP message out of the deck.
pub static NO_PASSPHRASE: Entry = Entry {
    id: "ZJB812W",
    text: "Let MAINARGS name a data set that only the job may read, or encrypt for a key (-rA).",
    witness: Own,
};
/// How to keep a password of an FTP server out of the deck.
pub static USE_NETRC: Entry = Entry {
    id: "ZJB812W",
    text: "Keep it in a data set that only the job may read and name that in a NETRC DD.",
    witness: Own,
};
/// How to keep the password of a job out of the deck.
pub static NO_JOB_PASSWORD: Entry = Entry {
    id: "ZJB812W",
    text: "Leave PASSWORD out: a job that you submit yourself runs under your user id.",
    witness: Own,
};
/// The data set is encrypted.
pub static WITH_SUFFIX: Entry =
    Entry { id: "ZJB835E", text: "The data set is encrypted: write {} without the brackets.", witness: Own };
/// The data set is not encrypted.
pub static WITHOUT_SUFFIX: Entry =
    Entry { id: "ZJB835E", text: "The data set is not encrypted: leave it away.", witness: Own };
