//! The control statements in SYSIN.
//!
//! Rules (SG24-7318, 5.2): a keyword starts in column 1, nothing is continued, an asterisk in column 1 makes a
//! comment, and of a keyword that stands several times the last one counts. Border: cards to wishes; whether
//! the wishes go together is asked here too, what they do is not.

use zeroize::Zeroizing;

use crate::dataset::Dcb;
use crate::efz::header::{DEFAULT_ITERATIONS, DESCRIPTION, FEWEST_ITERATIONS, MOST_ITERATIONS};
use crate::efz::{Cipher, Description, KeyLabel, Password};
use crate::message::{Message, own};
use crate::program::{Completion, StepContext};

use super::super::failure::Failure;
use super::report::Report;
use super::{RC_WRONG, cannot_open, wrong};

/// Cards that SYSIN may have: far more than there are keywords.
const MOST_CARDS: usize = 1000;
/// Bytes that a character of a code page takes at most.
const MOST_BYTES: usize = 3;
/// Stands in the report for what must not be seen.
const MASK: &str = "********";
/// All keywords.
const KEYWORDS: [&str; 8] = ["DESC", "CLRTDES", "CLRAES128", "ENCTDES", "PASSWORD", "RSA", "ICOUNT", "COMPRESSION"];
/// Letters in common with a keyword that make a word a slip of the pen and not perhaps a password.
const LIKENESS: usize = 3;

/// Which program reads the statements.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Direction {
    Encrypt,
    Decrypt,
}

/// What the statements ask for.
#[derive(Debug, Default)]
pub(super) struct Wishes {
    pub(super) description: Option<Description>,
    key_type: Option<KeyType>,
    /// Several key types were asked for.
    has_other_key_types: bool,
    password: Option<Password>,
    rsa_label: Option<KeyLabel>,
    iterations: Option<u32>,
    compression: Option<bool>,
}

/// What the data key is made of or wrapped for.
#[derive(Debug, Clone, Copy)]
pub(super) enum KeyWish<'a> {
    Password(&'a Password),
    Rsa(&'a KeyLabel),
}

/// The kind of data key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum KeyType {
    Clear(Cipher),
    /// A TDES key that never leaves the coprocessor in clear.
    SecureTdes,
}

/// One statement.
enum Statement {
    Description(Description),
    KeyType(KeyType),
    Password(Password),
    RsaLabel(KeyLabel),
    Iterations(u32),
    Compression(bool),
}

impl Wishes {
    /// Reads SYSIN, echoes every statement with what is wrong about it, and checks what goes together.
    pub(super) fn read(step: &StepContext<'_>, report: &mut Report<'_>, direction: Direction) -> Result<Self, Failure> {
        let mut wishes = Self::default();
        let mut any_wrong = false;
        for card in cards(step)? {
            report.input(&echo(&card))?;
            match parse(&card, direction) {
                Ok(statement) => wishes.take(statement),
                Err(message) => {
                    any_wrong = true;
                    report.line(&message)?;
                }
            }
        }
        if any_wrong {
            return Err(Failure::Ended(Completion::Code(RC_WRONG)));
        }
        wishes.conflict().map_or(Ok(wishes), |message| Err(wrong(message)))
    }

    /// The key; `conflict` has seen to it that there is exactly one.
    pub(super) fn key(&self) -> Result<KeyWish<'_>, Failure> {
        match (&self.password, &self.rsa_label) {
            (Some(password), _) => Ok(KeyWish::Password(password)),
            (None, Some(label)) => Ok(KeyWish::Rsa(label)),
            (None, None) => Err(wrong(own::ZJB412E.plain())),
        }
    }

    /// The data key must never be seen in clear.
    pub(super) fn secure_key(&self) -> bool {
        self.key_type == Some(KeyType::SecureTdes)
    }

    /// Compress before encrypting.
    pub(super) fn compression(&self) -> bool {
        self.compression.unwrap_or(false)
    }

    /// The cipher of a clear key; triple DES unless another is asked for.
    pub(super) fn cipher(&self) -> Cipher {
        match self.key_type {
            Some(KeyType::Clear(cipher)) => cipher,
            Some(KeyType::SecureTdes) | None => Cipher::Tdes,
        }
    }

    /// An iteration count was asked for, although no key is derived.
    pub(super) fn has_idle_iterations(&self) -> bool {
        self.iterations.is_some() && self.rsa_label.is_some()
    }

    /// Different key types were asked for, of which only the last one counts.
    pub(super) fn has_other_key_types(&self) -> bool {
        self.has_other_key_types
    }

    /// Iterations of the key derivation.
    pub(super) fn iterations(&self) -> u32 {
        self.iterations.unwrap_or(DEFAULT_ITERATIONS)
    }

    fn take(&mut self, statement: Statement) {
        match statement {
            Statement::Description(text) => self.description = Some(text),
            Statement::KeyType(key_type) => {
                self.has_other_key_types |= self.key_type.is_some_and(|before| before != key_type);
                self.key_type = Some(key_type);
            }
            Statement::Password(password) => self.password = Some(password),
            Statement::RsaLabel(label) => self.rsa_label = Some(label),
            Statement::Iterations(count) => self.iterations = Some(count),
            Statement::Compression(on) => self.compression = Some(on),
        }
    }

    /// What does not go together.
    fn conflict(&self) -> Option<Message> {
        match (&self.password, &self.rsa_label) {
            (Some(_), Some(_)) => Some(own::ZJB411E.plain()),
            (_, None) if self.secure_key() => Some(own::ZJB413E.plain()),
            (None, None) => Some(own::ZJB412E.plain()),
            (None, Some(_)) | (Some(_), None) => None,
        }
    }
}

/// The statements of SYSIN, without comments and without the blanks at their ends.
fn cards(step: &StepContext<'_>) -> Result<Vec<Zeroizing<String>>, Failure> {
    let mut reader = step.dds.open_input("SYSIN", Dcb::default()).map_err(|error| cannot_open("SYSIN", error))?;
    let mut cards = Vec::new();
    while let Some(run) = reader.next_run()? {
        for record in run.records() {
            if cards.len() == MOST_CARDS {
                return Err(wrong(own::ZJB418E.with(&[&MOST_CARDS])));
            }
            // Room for every character, so that no piece of a password is left behind where it grew.
            let mut card = Zeroizing::new(String::with_capacity(record.len() * MOST_BYTES));
            card.extend(record.iter().map(|&byte| step.code_page.character(byte)));
            let length = card.trim_end_matches(' ').len();
            card.truncate(length);
            if !card.starts_with('*') {
                cards.push(card);
            }
        }
    }
    Ok(cards)
}

/// The statement as the report shows it. Only what certainly is no password is shown: statements as they should
/// be, keywords, and of a word that starts like a keyword the letters that they have in common.
fn echo(card: &str) -> String {
    match card.split_once('=') {
        Some(("DESC" | "RSA" | "ICOUNT" | "COMPRESSION", _)) => card.to_owned(),
        Some((keyword, _)) if could_be_keyword(keyword.trim()) => format!("{keyword}={MASK}"),
        Some(_) => MASK.to_owned(),
        None => slip(card),
    }
}

/// A word in front of an equals sign that somebody meant to be a keyword.
fn could_be_keyword(word: &str) -> bool {
    let one_word = word.bytes().all(|c| c.is_ascii_alphanumeric());
    one_word && letters_in_common(&word.to_ascii_uppercase()) >= LIKENESS
}

/// Letters at the front of `word` that are those of a keyword.
fn letters_in_common(word: &str) -> usize {
    let in_common = |keyword: &str| keyword.bytes().zip(word.bytes()).take_while(|(a, b)| a == b).count();
    KEYWORDS.into_iter().map(in_common).max().unwrap_or(0)
}

/// A card without an equals sign.
fn slip(card: &str) -> String {
    let word = card.trim_start();
    if word.is_empty() || KEYWORDS.iter().any(|keyword| keyword.eq_ignore_ascii_case(word)) {
        return card.to_owned();
    }
    let (blanks, known) = (card.len() - word.len(), letters_in_common(word));
    format!("{}{MASK}", if known >= LIKENESS { &card[..blanks + known] } else { "" })
}

fn parse(card: &str, direction: Direction) -> Result<Statement, Message> {
    let unknown = || own::ZJB410E.with(&[&echo(card)]);
    let encrypting = direction == Direction::Encrypt;
    match card.split_once('=') {
        Some(("PASSWORD", value)) => password(value),
        Some(("RSA", value)) => rsa_label(value),
        Some(("DESC", value)) if encrypting => description(value),
        Some(("ICOUNT", value)) if encrypting => iterations(value),
        Some(("COMPRESSION", value)) if encrypting => compression(value),
        None if encrypting => key_type(card).ok_or_else(unknown),
        _ => Err(unknown()),
    }
}

fn key_type(word: &str) -> Option<Statement> {
    let key_type = match word {
        "CLRTDES" => KeyType::Clear(Cipher::Tdes),
        "CLRAES128" => KeyType::Clear(Cipher::Aes128),
        "ENCTDES" => KeyType::SecureTdes,
        _ => return None,
    };
    Some(Statement::KeyType(key_type))
}

fn password(value: &str) -> Result<Statement, Message> {
    Password::new(value).map(Statement::Password).map_err(|error| own::ZJB414E.with(&[&error.0]))
}

fn rsa_label(value: &str) -> Result<Statement, Message> {
    KeyLabel::new(value).map(Statement::RsaLabel).map_err(|_| own::ZJB415E.with(&[&value]))
}

fn description(value: &str) -> Result<Statement, Message> {
    let quoted = value.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\'')).filter(|text| !text.is_empty());
    let text = quoted.and_then(|text| Description::new(text).ok());
    text.map(Statement::Description).ok_or_else(|| own::ZJB416E.with(&[&DESCRIPTION]))
}

fn iterations(value: &str) -> Result<Statement, Message> {
    let digits = value.bytes().all(|c| c.is_ascii_digit());
    let count = value.parse().ok().filter(|count| digits && (FEWEST_ITERATIONS..=MOST_ITERATIONS).contains(count));
    count
        .map(Statement::Iterations)
        .ok_or_else(|| own::ZJB417E.with(&[&"ICOUNT", &value, &format!("{FEWEST_ITERATIONS} to {MOST_ITERATIONS}")]))
}

fn compression(value: &str) -> Result<Statement, Message> {
    match value {
        "YES" => Ok(Statement::Compression(true)),
        "NO" => Ok(Statement::Compression(false)),
        other => Err(own::ZJB417E.with(&[&"COMPRESSION", &other, &"YES or NO"])),
    }
}

#[cfg(test)]
mod tests {
    use super::{Direction, echo, parse};

    fn error(card: &str) -> &'static str {
        parse(card, Direction::Encrypt).err().map_or("accepted", |message| message.id())
    }

    #[test]
    fn statements_of_the_redbook_are_accepted() {
        for card in [
            "DESC='Lennies test case with rsa keys'",
            "CLRTDES",
            "CLRAES128",
            "ENCTDES",
            "RSA=ITSOLD.TEST.RSA2048",
            "PASSWORD=Day 28072006 was used to test EF",
            "ICOUNT=10000",
            "COMPRESSION=NO",
        ] {
            assert_eq!(error(card), "accepted", "{card}");
        }
    }

    #[test]
    fn each_wrong_statement_is_named() {
        assert_eq!(error(" CLRTDES"), "ZJB410E");
        assert_eq!(error("CLRAES256"), "ZJB410E");
        assert_eq!(error("clrtdes"), "ZJB410E");
        assert_eq!(error("PASSWORD"), "ZJB410E");
        assert_eq!(error(""), "ZJB410E");
        assert_eq!(error("PASSWORD=1234567"), "ZJB414E");
        assert_eq!(error(&format!("PASSWORD={}", "x".repeat(33))), "ZJB414E");
        assert_eq!(error("RSA="), "ZJB415E");
        assert_eq!(error("RSA=1ST"), "ZJB415E");
        assert_eq!(error("RSA=my.key"), "ZJB415E");
        assert_eq!(error(&format!("RSA={}", "K".repeat(65))), "ZJB415E");
        assert_eq!(error(&format!("RSA={}", "K".repeat(64))), "accepted");
        for card in ["DESC=", "DESC=''", "DESC=text", "DESC='text' more", &format!("DESC='{}'", "x".repeat(65))] {
            assert_eq!(error(card), "ZJB416E", "{card}");
        }
        for card in ["ICOUNT=0", "ICOUNT=10001", "ICOUNT=+16", "ICOUNT=", "ICOUNT=1 6", "COMPRESSION=MAYBE"] {
            assert_eq!(error(card), "ZJB417E", "{card}");
        }
    }

    #[test]
    fn decryption_knows_the_password_and_the_rsa_label_only() {
        assert!(parse("PASSWORD=12345678", Direction::Decrypt).is_ok());
        assert!(parse("RSA=LABEL", Direction::Decrypt).is_ok());
        assert!(parse("CLRTDES", Direction::Decrypt).is_err());
        assert!(parse("ICOUNT=16", Direction::Decrypt).is_err());
    }

    #[test]
    fn no_echo_shows_a_password_not_even_one_in_the_wrong_place() {
        assert_eq!(echo("PASSWORD=secret one"), "PASSWORD=********");
        assert_eq!(echo("PASWORD=secret one"), "PASWORD=********");
        assert_eq!(echo(" PASSWORD=secret one"), " PASSWORD=********");
        assert_eq!(echo("secret one"), "********");
        assert_eq!(echo("my secret=one"), "********");
        assert_eq!(echo("Secret=one"), "********");
        assert_eq!(echo("PASSWORD secret"), "PASSWORD********");
        assert_eq!(echo("PASSword1"), "PASS********");
        assert_eq!(echo("ICOUNT=16"), "ICOUNT=16");
        assert_eq!(echo("CLRTDES"), "CLRTDES");
    }

    #[test]
    fn an_echo_shows_which_keyword_was_meant() {
        for (card, shown) in [
            ("CLRAES256", "CLRAES********"),
            (" CLRTDES", " CLRTDES"),
            ("clrtdes", "clrtdes"),
            ("password=x", "password=********"),
            ("COMPRESS=YES", "COMPRESS=********"),
            ("DESC 'text'", "DESC********"),
            ("", ""),
        ] {
            assert_eq!(echo(card), shown, "{card}");
        }
    }
}
