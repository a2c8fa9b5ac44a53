//! The command line of `com.ibm.encryptionfacility.EFOpenPGP`, as it stands in MAINARGS.
//!
//! Names of commands and options are those that are remembered of the product (SA23-2230 has them, and none of its
//! published excerpts shows them); nobody has checked them on a host. What is known to be there and is not emulated
//! is told by its name.

use zeroize::Zeroizing;

use crate::message::{Message, own};
use crate::openpgp::{Cipher, Compression, Digest};

/// What shall be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Action {
    /// `-e`: encrypt for keys.
    Encrypt,
    /// `-c`: encrypt for a passphrase.
    EncryptForPassphrase,
    /// `-d`.
    Decrypt,
}

/// A command with its options.
#[derive(Debug)]
pub(super) struct Command {
    pub(super) action: Action,
    /// `-o`.
    pub(super) output: String,
    /// What is read.
    pub(super) input: String,
    /// `-rA`, `-rK`, `-rU`.
    pub(super) recipients: Vec<String>,
    /// `-key-alias`: who signs, with `-sign`.
    pub(super) signer: Option<String>,
    pub(super) passphrase: Option<Secret>,
    pub(super) key_passphrase: Option<Secret>,
    pub(super) cipher: Cipher,
    pub(super) compression: Compression,
    pub(super) digest: Digest,
    /// `-a`.
    pub(super) armor: bool,
    /// `-t`.
    pub(super) text: bool,
}

/// A value that nothing shows.
pub(super) struct Secret(pub(super) Zeroizing<String>);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret")
    }
}

/// Options whose value changes nothing here: keys are those of the system, and there is no log.
const WITHOUT_EFFECT: [&str; 7] =
    ["-homeDir", "-keystore", "-keystore-type", "-keystore-password", "-s2k-mode", "-log", "-debug-level"];
/// Options without a value that change nothing here: a message always has its MDC, and nothing is asked.
const FLAGS_WITHOUT_EFFECT: [&str; 4] = ["-yes", "-use-mdc", "-debug", "-debug-on"];
/// Commands and options that the product has and that are not emulated.
const NOT_EMULATED: [&str; 21] = [
    "-b",
    "-s",
    "-v",
    "-g",
    "-i",
    "-h",
    "-eA",
    "-eK",
    "-eU",
    "-xA",
    "-xK",
    "-xU",
    "-pA",
    "-pK",
    "-pU",
    "-rP",
    "-prepare",
    "-list-algo",
    "-rebuild-key-index",
    "-use-embedded-file",
    "-comment",
];

impl Command {
    /// Reads the words of a command line.
    pub(super) fn parse(words: &[Zeroizing<String>]) -> Result<Self, Message> {
        let mut found = Reading::default();
        let mut words = words.iter().map(|word| word.as_str());
        while let Some(word) = words.next() {
            found.take(word, &mut words)?;
        }
        found.finish()
    }
}

#[derive(Default)]
struct Reading<'w> {
    actions: Vec<Action>,
    signs: bool,
    output: Option<&'w str>,
    inputs: Vec<&'w str>,
    recipients: Vec<String>,
    alias: Option<String>,
    passphrase: Option<Secret>,
    key_passphrase: Option<Secret>,
    cipher: Option<Cipher>,
    compression: Option<Compression>,
    digest: Option<Digest>,
    armor: bool,
    text: bool,
}

impl<'w> Reading<'w> {
    fn take(&mut self, word: &'w str, rest: &mut impl Iterator<Item = &'w str>) -> Result<(), Message> {
        let mut value = || rest.next().ok_or_else(|| own::ZJB452E.with(&[&word]));
        match word {
            "-e" | "-encrypt" => self.actions.push(Action::Encrypt),
            "-c" | "-pbe" => self.actions.push(Action::EncryptForPassphrase),
            "-d" | "-decrypt" => self.actions.push(Action::Decrypt),
            "-sign" => self.signs = true,
            "-a" => self.armor = true,
            "-t" => self.text = true,
            "-o" => self.output = Some(value()?),
            "-rA" | "-rK" | "-rU" => self.recipients.push(value()?.to_owned()),
            "-key-alias" => self.alias = Some(value()?.to_owned()),
            "-key-password" => self.key_passphrase = Some(secret(value()?)),
            "-s2k-passphrase" => self.passphrase = Some(secret(value()?)),
            "-cipher-name" | "-s2k-cipher-name" => self.cipher = Some(cipher(word, value()?)?),
            "-compress-name" => self.compression = Some(compression(word, value()?)?),
            "-digest-name" | "-s2k-digest-name" => self.digest = Some(digest(word, value()?)?),
            _ if FLAGS_WITHOUT_EFFECT.contains(&word) => {}
            _ if WITHOUT_EFFECT.contains(&word) => drop(value()?),
            _ if NOT_EMULATED.contains(&word) => return Err(own::ZJB468E.with(&[&word])),
            _ if word.starts_with('-') => return Err(own::ZJB451E.with(&[&word])),
            file => self.inputs.push(file),
        }
        Ok(())
    }

    fn finish(self) -> Result<Command, Message> {
        let [action] = self.actions[..] else { return Err(own::ZJB453E.plain()) };
        let [input] = self.inputs[..] else { return Err(own::ZJB454E.with(&[&self.inputs.len()])) };
        let output = self.output.ok_or_else(|| own::ZJB452E.with(&[&"-o"]))?;
        if action == Action::Encrypt && self.recipients.is_empty() {
            return Err(own::ZJB452E.with(&[&"-rA"]));
        }
        if action == Action::EncryptForPassphrase && self.passphrase.is_none() {
            return Err(own::ZJB452E.with(&[&"-s2k-passphrase"]));
        }
        if self.signs && self.alias.is_none() {
            return Err(own::ZJB452E.with(&[&"-key-alias"]));
        }
        Ok(Command {
            action,
            output: output.to_owned(),
            input: input.to_owned(),
            recipients: self.recipients,
            signer: self.alias.filter(|_| self.signs),
            passphrase: self.passphrase,
            key_passphrase: self.key_passphrase,
            cipher: self.cipher.unwrap_or(Cipher::TripleDes),
            compression: self.compression.unwrap_or(Compression::None),
            digest: self.digest.unwrap_or(Digest::Sha256),
            armor: self.armor,
            text: self.text,
        })
    }
}

fn secret(text: &str) -> Secret {
    Secret(Zeroizing::new(text.to_owned()))
}

/// The value of an option out of a table of names.
fn one_of<T: Copy>(option: &str, value: &str, names: &[(&str, T)]) -> Result<T, Message> {
    let found = names.iter().find(|(name, _)| name.eq_ignore_ascii_case(value));
    found.map(|(_, what)| *what).ok_or_else(|| {
        let known = names.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(" ");
        // The value is not shown: it may be a secret in the wrong place.
        own::ZJB455E.with(&[&option, &known])
    })
}

fn cipher(option: &str, value: &str) -> Result<Cipher, Message> {
    let names = [
        ("TRIPLE_DES", Cipher::TripleDes),
        ("AES_128", Cipher::Aes128),
        ("AES_192", Cipher::Aes192),
        ("AES_256", Cipher::Aes256),
    ];
    one_of(option, value, &names)
}

fn compression(option: &str, value: &str) -> Result<Compression, Message> {
    one_of(
        option,
        value,
        &[("UNCOMPRESSED", Compression::None), ("ZIP", Compression::Zip), ("ZLIB", Compression::Zlib)],
    )
}

fn digest(option: &str, value: &str) -> Result<Digest, Message> {
    one_of(option, value, &[("SHA_256", Digest::Sha256), ("SHA_512", Digest::Sha512)])
}

/// The words of MAINARGS: blanks divide them, quotes around a word keep it together. A quote inside a word is a
/// character like any other, as in `//'HLQ.DATA'`.
pub(super) fn words(text: &str) -> Vec<Zeroizing<String>> {
    let mut words = Vec::new();
    let mut word: Option<Zeroizing<String>> = None;
    let mut quote = None;
    for c in text.chars() {
        match (quote, c) {
            (Some(open), c) if c == open => {
                quote = None;
                words.extend(word.take());
            }
            (None, '"' | '\'') if word.is_none() => {
                quote = Some(c);
                word = Some(Zeroizing::default());
            }
            (None, c) if c.is_whitespace() => words.extend(word.take()),
            (_, c) => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    words
}

#[cfg(test)]
mod tests {
    use super::{Action, Command, words};
    use crate::openpgp::{Cipher, Compression};

    fn parse(text: &str) -> Result<Command, String> {
        Command::parse(&words(text)).map_err(|message| message.to_string())
    }

    #[test]
    fn a_command_for_a_passphrase_is_read() {
        let command = parse(
            "-homeDir /etc/ef -c -s2k-passphrase \"a b c\" -s2k-cipher-name AES_128 -compress-name zip -o //DD:OUT //DD:IN",
        )
        .expect("read");
        assert_eq!((command.action, command.cipher), (Action::EncryptForPassphrase, Cipher::Aes128));
        assert_eq!((command.output.as_str(), command.input.as_str()), ("//DD:OUT", "//DD:IN"));
        assert_eq!(command.compression, Compression::Zip);
        let passphrase = command.passphrase.as_ref().expect("given");
        assert_eq!(passphrase.0.as_str(), "a b c");
        assert!(!format!("{command:?}").contains("a b c"));
    }

    #[test]
    fn quotes_keep_a_word_together_and_belong_to_the_name_of_a_data_set() {
        let found = words("-o //'MY.DATA(A)' \"//'MY.DATA'\" '//DD:IN' \"a 'b' c\" \"\"\n-a don't");
        let found: Vec<&str> = found.iter().map(|word| word.as_str()).collect();
        assert_eq!(found, ["-o", "//'MY.DATA(A)'", "//'MY.DATA'", "//DD:IN", "a 'b' c", "", "-a", "don't"]);
    }

    #[test]
    fn what_is_missing_or_unknown_is_named() {
        for (text, words) in [
            ("-o //DD:O //DD:I", "ONE OF"),
            ("-e -d -o //DD:O //DD:I", "ONE OF"),
            ("-d //DD:I", "-o"),
            ("-d -o //DD:O", "0"),
            ("-d -o //DD:O //DD:I //DD:J", "2"),
            ("-e -o //DD:O //DD:I", "-rA"),
            ("-c -o //DD:O //DD:I", "-s2k-passphrase"),
            ("-d -o", "-o"),
            ("-g -o //DD:O //DD:I", "-g OF EFOpenPGP IS NOT EMULATED"),
            ("-d -use-embedded-file //DD:I", "-use-embedded-file OF EFOpenPGP IS NOT EMULATED"),
            ("-d -wrong -o //DD:O //DD:I", "-wrong IS NOT A KNOWN"),
            ("-d -cipher-name ROT13 -o //DD:O //DD:I", "THE VALUE OF -cipher-name"),
        ] {
            let message = parse(text).expect_err("refused");
            assert!(message.contains(words), "{text}: {message}");
        }
    }
}
