//! The JZOS launcher, as far as Encryption Facility's OpenPGP mode runs in it: PGM=JVMLDMxx with the class in PARM
//! and the command in MAINARGS, which is what the procedure CSDJZSVM does.
//!
//! Border: DDs, records and messages. What a message looks like is known to `openpgp`; no Java is emulated.

mod command;
mod transfer;

#[cfg(test)]
mod tests;

use zeroize::Zeroizing;

use self::command::{Action, Command, Secret};
use super::failure::Failure;
use super::printer::Printer;
use super::{Completion, OpenError, Program, StepContext};
use crate::dataset::{Dcb, Recfm};
use crate::message::{Message, own, programs};
use crate::openpgp::{
    Asked, Key, KeyRing, Limit, OpenFailure, OpenPgpError, Opened, Opener, Passphrase, Sealing, open, read_keys, seal,
};

/// The class that is emulated.
const CLASS: &str = "com.ibm.encryptionfacility.EFOpenPGP";
/// Where the command stands.
const MAINARGS: &str = "MAINARGS";
/// Where what Java prints goes, the first that is there.
const OUTPUTS: [&str; 3] = ["STDOUT", "SYSOUT", "SYSPRINT"];
/// Where the launcher itself prints.
const LAUNCHER: &str = "SYSOUT";
/// Record length of the lines.
const LINE: u32 = 133;
/// Longest command, in characters.
const LONGEST_COMMAND: usize = 64 * 1024;

/// The command, the message or a key is wrong.
const RC_WRONG: u16 = 8;
/// A file could not be opened.
const RC_NO_DD: u16 = 12;
/// The class is not there (RC_MAIN_EXCEPTION of the launcher).
const RC_NO_CLASS: u16 = 100;

/// The launcher.
pub(super) struct Launcher;

impl Program for Launcher {
    fn names(&self) -> &'static [&'static str] {
        &["JVMLDM50", "JVMLDM56", "JVMLDM60", "JVMLDM66", "JVMLDM70", "JVMLDM76", "JVMLDM80", "JVMLDM86"]
    }

    fn run(&self, step: &StepContext<'_>) -> Completion {
        run(step).into()
    }
}

/// A failure that is the deck's or the data's fault.
fn wrong(message: Message) -> Failure {
    Failure::Told(message, RC_WRONG)
}

/// What a file that does not open means for the step.
fn cannot_open(file: &str, error: OpenError) -> Failure {
    Failure::open(&own::ZJB456E, RC_NO_DD, file, error)
}

fn run(step: &StepContext<'_>) -> Result<u16, Completion> {
    let mut java = Lines::open(step, OUTPUTS.into_iter().find(|ddname| step.dds.kind(ddname).is_some()))?;
    let code = match work(step, &mut |message| java.say(message)) {
        Ok(()) => 0,
        Err(Failure::Told(message, code)) => {
            java.say(&message)?;
            code
        }
        Err(Failure::Ended(completion)) => return Err(completion),
    };
    let row = if code == RC_NO_CLASS { &programs::JVMJZBL1042E } else { &programs::JVMJZBL1021N };
    if java.ddname == Some(LAUNCHER) {
        java.say(&row.with(&[&code]))?;
    } else if step.dds.kind(LAUNCHER).is_some() {
        let mut launcher = Lines::open(step, Some(LAUNCHER))?;
        launcher.say(&row.with(&[&code]))?;
        launcher.close()?;
    }
    java.close()?;
    Ok(code)
}

/// Lines of a DD; without one they are told outside the listing.
struct Lines<'a> {
    step: StepContext<'a>,
    ddname: Option<&'static str>,
    printer: Option<Printer<'a>>,
}

impl<'a> Lines<'a> {
    fn open(step: &StepContext<'a>, ddname: Option<&'static str>) -> Result<Self, Completion> {
        let line = Dcb { recfm: Some(Recfm::FB), lrecl: Some(LINE), ..Dcb::default() };
        let printer = ddname.map(|ddname| Printer::open(step.dds, ddname, line, step.code_page)).transpose()?;
        Ok(Self { step: *step, ddname, printer })
    }

    fn say(&mut self, message: &Message) -> Result<(), Completion> {
        let text = message.to_string();
        if let Some(printer) = &mut self.printer {
            return printer.line(&text).map_err(Completion::from);
        }
        self.step.console.explain(&text);
        Ok(())
    }

    fn close(self) -> Result<(), Completion> {
        self.printer.map_or(Ok(()), |printer| printer.close().map_err(Completion::from))
    }
}

type Say<'a> = &'a mut dyn FnMut(&Message) -> Result<(), Completion>;

fn work(step: &StepContext<'_>, say: Say<'_>) -> Result<(), Failure> {
    say(&own::ZJB450I.with(&[&CLASS]))?;
    let command = Command::parse(&main_arguments(step)?).map_err(wrong)?;
    let keys = keys(step)?;
    match command.action {
        Action::Encrypt | Action::EncryptForPassphrase => encrypt(step, &command, &keys, say),
        Action::Decrypt => decrypt(step, &command, &keys, say),
    }
}

/// The class of PARM, and the words behind it and in MAINARGS.
fn main_arguments(step: &StepContext<'_>) -> Result<Vec<Zeroizing<String>>, Failure> {
    // In front of the slash stand options of Language Environment.
    let parm = step.parm.split_once('/').map_or(step.parm, |(_, behind)| behind);
    let mut words = command::words(parm);
    words.retain(|word| !word.starts_with('+'));
    words.extend(command::words(&transfer::lines(step, MAINARGS, LONGEST_COMMAND)?));
    let Some(first) = words.first() else { return Err(wrong(own::ZJB453E.plain())) };
    if first.as_str() == CLASS {
        words.remove(0);
    } else if !first.starts_with('-') {
        // What cannot be the name of a class may be a secret in the wrong place.
        let is_name = first.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '_' | '$'));
        let shown = if is_name && first.contains('.') { first.as_str() } else { "IN FRONT OF THE COMMAND" };
        return Err(Failure::Told(own::ZJB457E.with(&[&shown]), RC_NO_CLASS));
    }
    Ok(words)
}

/// The OpenPGP keys of the system.
fn keys(step: &StepContext<'_>) -> Result<KeyRing, Failure> {
    let files = step.security.openpgp_keys();
    let files = files.map_err(|error| wrong(own::ZJB458E.with(&[&error])))?;
    let mut keys = Vec::new();
    for file in &files {
        keys.extend(read_keys(file).map_err(|error| wrong(own::ZJB458E.with(&[&error])))?);
    }
    keys.sort_by_key(|key| !key.is_secret());
    Ok(KeyRing(keys))
}

fn passphrase(secret: Option<&Secret>, option: &str) -> Result<Passphrase, Message> {
    let text = secret.ok_or_else(|| own::ZJB452E.with(&[&option]))?;
    Passphrase::new(&text.0).ok_or_else(|| own::ZJB452E.with(&[&option]))
}

fn encrypt(step: &StepContext<'_>, command: &Command, keys: &KeyRing, say: Say<'_>) -> Result<(), Failure> {
    let find = |text: &String| {
        keys.find(text).map_err(|error| {
            step.console.explain("zjob efz keyring add FILE brings OpenPGP keys into the system.");
            wrong(own::ZJB458E.with(&[&error]))
        })
    };
    let recipients = command.recipients.iter().map(find).collect::<Result<Vec<_>, _>>()?;
    let with_passphrase = command.action == Action::EncryptForPassphrase;
    let message = with_passphrase.then(|| passphrase(command.passphrase.as_ref(), "-s2k-passphrase")).transpose();
    let message = message.map_err(wrong)?;
    let unlocking = command.key_passphrase.as_ref().and_then(|secret| Passphrase::new(&secret.0));
    let signer: Option<&Key> = command.signer.as_ref().map(find).transpose()?;
    let sealing = Sealing {
        passphrase: message.as_ref(),
        recipients,
        signer: signer.map(|key| (key, unlocking.as_ref())),
        cipher: command.cipher,
        compression: command.compression,
        digest: command.digest,
        armor: command.armor,
        text: command.text,
        now: step.world.unix_seconds(),
    };
    let mut input = transfer::Input::open(step, &command.input, command.text)?;
    let mut out = transfer::scratch()?;
    let mut chance = |bytes: &mut [u8]| step.world.fill_random(bytes);
    let sealed = seal(&sealing, &mut chance, &mut input, &mut out);
    input.result()?;
    sealed.map_err(|error| refused(&command.input, error))?;
    let read = input.bytes();
    let written = transfer::message_to_dd(step, &command.output, command.armor, out)?;
    Ok(say(&own::ZJB459I.with(&[&read, &written]))?)
}

fn decrypt(step: &StepContext<'_>, command: &Command, keys: &KeyRing, say: Say<'_>) -> Result<(), Failure> {
    let message = transfer::message_of_dd(step, &command.input)?;
    let mut clear = transfer::scratch()?;
    let mut ask = |asked: Asked<'_>| match asked {
        Asked::Message => passphrase(command.passphrase.as_ref(), "-s2k-passphrase"),
        Asked::Key(_) => passphrase(command.key_passphrase.as_ref(), "-key-password"),
    };
    let at_hand: Vec<&Key> = keys.0.iter().collect();
    let now = step.world.unix_seconds();
    let door = Opener { keys: &at_hand, signer: None, ask: &mut ask, limit: Limit::Usual, now };
    let opened = open(door, message, &mut clear).map_err(|failure| match failure {
        OpenFailure::Asked(message) => wrong(message),
        OpenFailure::Message(error) => refused(&command.input, error),
    })?;
    let Opened { bytes, text, signatures } = opened;
    let records = transfer::clear_to_dd(step, &command.output, text || command.text, clear)?;
    for signature in &signatures {
        say(&own::ZJB460I.with(&[signature]))?;
    }
    Ok(say(&own::ZJB461I.with(&[&bytes, &records]))?)
}

fn refused(file: &str, error: OpenPgpError) -> Failure {
    match error {
        OpenPgpError::Io(error) => Failure::Told(own::ZJB456E.with(&[&file, &error]), RC_NO_DD),
        other => wrong(own::ZJB462E.with(&[&file, &other])),
    }
}
