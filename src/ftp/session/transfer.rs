//! Subcommands with a data connection: PUT, APPEND, GET, LS, DIR.
//!
//! A transfer is complete only if all bytes went, both ends closed in good order, and the server then
//! confirmed it with a positive reply.

use super::{Representation, Session, Step, Trouble, shown};
use crate::dataset::{Attributes, ReadError, RecordReader, Run, Shape};
use crate::ftp::channel::Channel;
use crate::ftp::code::ClientError;
use crate::ftp::incoming::{Incoming, LongLines};
use crate::ftp::link::Reply;
use crate::ftp::local::LocalFile;
use crate::ftp::net::{NetError, Wait};
use crate::ftp::outgoing::{PumpError, pump};
use crate::ftp::services::{NewFile, User};
use crate::ftp::subcommand::Subcommand;
use crate::ftp::{data, explain, incoming, outgoing};
use crate::message::{ftp as text, own};
use crate::world::Stopwatch;

/// Bytes written or read between two looks at the user.
const PIECE: usize = 256 * 1024;
/// Most bytes of a listing.
const MAX_LISTING: u64 = 64 * 1024 * 1024;
/// Most characters of a line of a listing.
const MAX_LISTING_LINE: usize = 4096;
/// Shortest time that a rate is computed from, in seconds: what the log can show.
const SHORTEST_TIME: f64 = 0.001;
/// Bytes of a Kbyte in EZA1617I.
const KBYTE: f64 = 1000.0;

/// Shows the user how the records begin before they go.
struct Watched<'a> {
    reader: &'a mut dyn RecordReader,
    /// The name that is sent with them, until it was shown.
    remote: Option<&'a str>,
    user: &'a dyn User,
}

impl RecordReader for Watched<'_> {
    fn attributes(&self) -> Attributes {
        self.reader.attributes()
    }

    fn next_run(&mut self) -> Result<Option<Run<'_>>, ReadError> {
        let run = self.reader.next_run()?;
        if let Some(remote) = self.remote.take() {
            let start = run.and_then(|run| match run.shape {
                Shape::Described => run.records().next(),
                Shape::Fixed(_) | Shape::Whole => Some(run.bytes),
            });
            self.user.sends(remote, start.unwrap_or_default());
        }
        Ok(run)
    }
}

impl<'a> Session<'a> {
    /// PUT and APPEND.
    pub(super) fn store(&mut self, entry: &Subcommand, verb: &str, operands: &str) -> Step {
        self.require_link()?;
        let mut words = operands.split_whitespace();
        let (Some(local), remote, None) = (words.next(), words.next(), words.next()) else {
            return self.wrong_use(entry);
        };
        let file = self.local_file(local)?;
        let remote = match (remote, &file) {
            (Some(remote), _) => remote,
            (None, LocalFile::Dd(_)) => return self.wrong_use(entry),
            (None, LocalFile::DataSet { .. }) => local,
        };
        let files = self.services.files;
        let mut reader = files.open_input(&file).or_else(|error| {
            self.look_without_prefix(local);
            self.cannot_open(&file, &error)
        })?;
        self.warn_of_text(reader.attributes(), remote);
        if self.send_site {
            // A server that does not know SITE changes nothing: SITE never ends a client.
            self.command(&automatic_site(reader.attributes()))?;
        }
        let agreed = self.agree_on_data()?;
        let mut channel = self.start_transfer(&format!("{verb} {remote}"), agreed)?;
        let watch = self.services.world.stopwatch();
        self.services.user.transfer_begins(remote);
        let user = self.services.user;
        let mut reader = Watched { reader: reader.as_mut(), remote: Some(remote), user };
        let sent = self.send_records(&mut reader, &mut channel);
        self.services.user.transfer_ends();
        match sent {
            Ok(bytes) => {
                let reply = self.final_reply()?;
                self.confirm(&reply, bytes, watch)
            }
            Err(trouble) => self.abandon(channel, trouble),
        }
    }

    /// GET.
    pub(super) fn retrieve(&mut self, entry: &Subcommand, operands: &str) -> Step {
        self.require_link()?;
        let (names, options) = operands.split_once('(').unwrap_or((operands, ""));
        let replace = match options.trim().trim_end_matches(')').to_ascii_uppercase().as_str() {
            "" => false,
            option if option.len() >= 3 && "REPLACE".starts_with(option) => true,
            _ => return self.wrong_use(entry),
        };
        let mut words = names.split_whitespace();
        let (Some(remote), local, None) = (words.next(), words.next(), words.next()) else {
            return self.wrong_use(entry);
        };
        let file = self.local_file(local.unwrap_or(remote))?;
        self.refuse_overwriting(&file, replace)?;
        let agreed = self.agree_on_data()?;
        let channel = self.start_transfer(&format!("RETR {remote}"), agreed)?;
        let watch = self.services.world.stopwatch();
        self.services.user.transfer_begins(remote);
        let result = self.receive_file(&file, channel, watch);
        self.services.user.transfer_ends();
        result
    }

    /// LS and DIR.
    pub(super) fn list(&mut self, entry: &Subcommand, verb: &str, operands: &str) -> Step {
        self.require_link()?;
        if operands.contains("(D") || operands.contains("(d") {
            return self.fail(&own::ZJB517E.with(&[&format!("{} (DISK", entry.name)]), ClientError::Usage);
        }
        let agreed = self.agree_on_data()?;
        let mut channel = self.start_transfer(format!("{verb} {operands}").trim_end(), agreed)?;
        match self.receive_listing(&mut channel) {
            Ok(()) => {
                self.end_reception(channel);
                let reply = self.final_reply()?;
                if reply.is_positive() { Ok(()) } else { Err(Trouble::Failed(ClientError::Server)) }
            }
            Err(trouble) => self.abandon(channel, trouble),
        }
    }

    fn local_file(&self, name: &str) -> Step<LocalFile> {
        self.prefix.resolve(name).or_else(|error| self.cannot_open(&shown(name), &error))
    }

    fn cannot_open<T>(&self, file: &dyn std::fmt::Display, why: &dyn std::fmt::Display) -> Step<T> {
        self.fail(&own::ZJB510E.with(&[&file, &why]), ClientError::FileAccess)
    }

    /// A name without quotes has the prefix in front; if the data set without it exists, quotes were forgotten.
    fn look_without_prefix(&self, name: &str) {
        let meant = self.prefix.resolve(&format!("'{name}'"));
        if meant.is_ok_and(|file| self.services.files.exists(&file) == Ok(true)) {
            let name = shown(name);
            self.services.user.explain(&format!(
                "{name} without quotes means {}{name}. There is a data set '{name}': write it in quotes.",
                self.prefix
            ));
        }
    }

    fn refuse_overwriting(&self, file: &LocalFile, replace: bool) -> Step {
        if replace || matches!(file, LocalFile::Dd(_)) {
            return Ok(());
        }
        match self.services.files.exists(file) {
            Ok(false) => Ok(()),
            Ok(true) => self.fail(&own::ZJB520E.with(&[file]), ClientError::FileAccess),
            Err(error) => self.cannot_open(file, &error),
        }
    }

    fn warn_of_text(&self, attributes: Attributes, remote: &str) {
        let upper = remote.to_ascii_uppercase();
        let packed = [".TRS", ".EFZ", ".XMIT", ".XMI"].iter().any(|suffix| upper.ends_with(suffix));
        let binary = attributes.recfm.is_undefined() || (attributes.recfm.is_fixed() && attributes.lrecl == 1024);
        if self.representation == Representation::Ascii && (packed || binary) {
            self.services.user.explain(explain::TEXT_OF_BINARY);
        }
    }

    /// Sends all records and ends the data connection in good order.
    fn send_records(&mut self, reader: &mut dyn RecordReader, channel: &mut Channel) -> Step<u64> {
        let user = self.services.user;
        let wait = Wait::idle(user, self.data.timers.data);
        let result = pump(reader, &self.outgoing_form(), |bytes| {
            bytes.chunks(PIECE).try_for_each(|piece| {
                wait.resume()?;
                channel.write(piece, &wait)?;
                user.transferred(piece.len() as u64);
                Ok(())
            })
        });
        let bytes = match result {
            Ok(bytes) => bytes,
            Err(PumpError::Read(error)) => {
                return self.fail(&own::ZJB511E.with(&[&"The local file", &error]), ClientError::FileRead);
            }
            Err(PumpError::Net(error)) => return self.cut_off(&error),
        };
        let closing = self.wait(self.data.timers.data_close);
        let Some(link) = self.link.as_mut() else { return Ok(bytes) };
        if link.has_input() {
            // In stream mode the end of the connection is the end of the file, and it has not come yet.
            return self.incomplete(&"the server replied before it had the whole file");
        }
        match data::finish(channel, &closing, || link.has_input()) {
            Ok(()) => Ok(bytes),
            Err(error) => self.cut_off(&error),
        }
    }

    fn outgoing_form(&self) -> outgoing::Form<'_> {
        let site = &self.data.site;
        match self.representation {
            Representation::Image => outgoing::Form::Image { rdw: site.rdw },
            Representation::Ebcdic => outgoing::Form::Ebcdic,
            Representation::Ascii => outgoing::Form::Text {
                table: &site.tables.outgoing,
                trim: !site.trailing_blanks,
                line_end: site.line_end,
            },
        }
    }

    fn incomplete<T>(&self, why: &dyn std::fmt::Display) -> Step<T> {
        self.fail(&own::ZJB514E.with(&[&why]), ClientError::Session)
    }

    /// The data connection broke.
    fn cut_off<T>(&self, error: &NetError) -> Step<T> {
        match error {
            NetError::Stopped => Err(Trouble::Stopped),
            NetError::TimedOut => self.fail(&text::EZA2589E.plain(), ClientError::Timeout),
            error => {
                self.say(&own::ZJB514E.with(&[error]));
                Err(Trouble::Failed(ClientError::Connect))
            }
        }
    }

    /// Breaks a transfer off so that the server cannot take what it has for the whole, and hears it out.
    pub(super) fn abandon<T>(&mut self, channel: Channel, trouble: Trouble) -> Step<T> {
        channel.reset();
        match trouble {
            Trouble::Stopped => self.link = None,
            // A server that does not move is not asked once more.
            Trouble::Failed(ClientError::Timeout) => {
                self.say(&text::EZA1721W.plain());
                self.link = None;
            }
            Trouble::Failed(_) if self.link.is_some() => {
                let negative = self.final_reply()?.is_negative();
                // What went wrong on this side stays the cause; what went wrong between is the server's to tell.
                if negative && matches!(trouble, Trouble::Failed(ClientError::Connect | ClientError::Session)) {
                    return Err(Trouble::Failed(ClientError::Server));
                }
            }
            Trouble::Failed(_) => {}
        }
        Err(trouble)
    }

    /// Takes the server's last word on a transfer that went well on this side.
    fn confirm(&mut self, reply: &Reply, bytes: u64, watch: Stopwatch) -> Step {
        if !reply.is_positive() {
            return Err(Trouble::Failed(ClientError::Server));
        }
        let seconds = watch.seconds().max(SHORTEST_TIME);
        // Exact up to 2^53 bytes; the log shows two decimals.
        #[allow(clippy::cast_precision_loss)]
        let rate = bytes as f64 / seconds / KBYTE;
        self.say(&text::EZA1617I.with(&[&bytes, &format!("{seconds:.3}"), &format!("{rate:.2}")]));
        Ok(())
    }

    fn receive_file(&mut self, file: &LocalFile, mut channel: Channel, watch: Stopwatch) -> Step {
        let is_library = matches!(file, LocalFile::DataSet { member: Some(_), .. });
        let new = self.data.site.new_file(is_library);
        let (bytes, incoming) = match self.receive_records(file, &new, &mut channel) {
            Ok(received) => received,
            Err(trouble) => return self.abandon(channel, trouble),
        };
        // The data are here, whole. They are kept only if the server says so too.
        self.end_reception(channel);
        let reply = self.final_reply()?;
        if !reply.is_positive() {
            return Err(Trouble::Failed(ClientError::Server));
        }
        let longest = incoming.longest();
        match incoming.close() {
            Ok(0) => {}
            Ok(cut) => self.say(&own::ZJB516W.with(&[&cut, &longest])),
            Err(error) => return self.fail(&own::ZJB512E.with(&[file, &error]), ClientError::FileWrite),
        }
        self.confirm(&reply, bytes, watch)
    }

    /// Answers the server's end of the data with ours: some servers confirm only then.
    fn end_reception(&self, mut channel: Channel) {
        // A server that is gone already needs no answer.
        let _ = channel.finish(&self.wait(self.data.timers.data_close));
    }

    fn receive_records(&self, file: &LocalFile, new: &NewFile, channel: &mut Channel) -> Step<(u64, Incoming<'a>)> {
        let files = self.services.files;
        let writer = files.open_output(file, new).or_else(|error| self.cannot_open(file, &error))?;
        let mut incoming = Incoming::new(writer, self.incoming_form());
        let wait = Wait::idle(self.services.user, self.data.timers.data);
        let (mut buffer, mut bytes) = (vec![0; PIECE], 0);
        loop {
            let count =
                wait.resume().and_then(|()| channel.read(&mut buffer, &wait)).or_else(|error| self.cut_off(&error))?;
            if count == 0 {
                return Ok((bytes, incoming));
            }
            bytes += count as u64;
            self.services.user.transferred(count as u64);
            if let Err(error) = incoming.take(buffer.get(..count).unwrap_or_default()) {
                return self.fail(&own::ZJB512E.with(&[file, &error]), ClientError::FileWrite);
            }
        }
    }

    fn incoming_form(&self) -> incoming::Form {
        let site = &self.data.site;
        let long = match (site.wrap, site.truncate) {
            (true, _) => LongLines::Wrap,
            (false, true) => LongLines::Cut,
            (false, false) => LongLines::Refuse,
        };
        match self.representation {
            Representation::Image => incoming::Form::Image,
            Representation::Ebcdic => incoming::Form::Ebcdic { long },
            Representation::Ascii => incoming::Form::Text { table: Box::new(site.tables.incoming), long },
        }
    }

    fn receive_listing(&self, channel: &mut Channel) -> Step {
        let wait = Wait::idle(self.services.user, self.data.timers.data);
        let (mut buffer, mut line, mut bytes) = (vec![0; PIECE], Vec::new(), 0);
        loop {
            let count =
                wait.resume().and_then(|()| channel.read(&mut buffer, &wait)).or_else(|error| self.cut_off(&error))?;
            bytes += count as u64;
            if count == 0 {
                if !line.is_empty() {
                    self.list_line(&line);
                }
                return Ok(());
            }
            if bytes > MAX_LISTING {
                return self.incomplete(&format!("a listing of more than {MAX_LISTING} bytes"));
            }
            for &byte in buffer.get(..count).unwrap_or_default() {
                if byte == b'\n' {
                    self.list_line(&line);
                    line.clear();
                } else if line.len() < MAX_LISTING_LINE {
                    line.push(byte);
                }
            }
        }
    }

    fn list_line(&self, line: &[u8]) {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let text: String = line.iter().map(|&byte| char::from(byte)).collect();
        self.say(&text::EZA2284I.with(&[&shown(&text)]));
    }
}

/// `SITE FIXrecfm 1024 LRECL=1024 RECFM=FB BLKSIZE=27648`, and VARrecfm for all other formats. What the host
/// sends for RECFM=U has not been seen; it is given the form of V.
fn automatic_site(attributes: Attributes) -> String {
    let Attributes { recfm, lrecl, blksize } = attributes;
    let start = if recfm.is_fixed() { format!("FIXrecfm {lrecl}") } else { "VARrecfm".to_owned() };
    format!("SITE {start} LRECL={lrecl} RECFM={recfm} BLKSIZE={blksize}")
}
