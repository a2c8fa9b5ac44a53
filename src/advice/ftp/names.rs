//! Names on the server: what ECuRep processes, and what the suffixes promise.

use crate::ecurep::{names, service};
use crate::message::advice::{WITH_SUFFIX, WITHOUT_SUFFIX, ZJB835E, ZJB836W, ZJB837W, ZJB838W, ZJB839W, ZJB840W};

use super::super::view::{Job, Made, View, Word};
use super::super::{Findings, Known};
use super::transfers::data_set;
use super::{Direction, FtpStep, Transfer, joined};

/// The notation of the published example.
const BRACKETED: &str = "[.EFZ]";

/// Uploads with their names.
fn uploads<'s, 'v>(view: &'s View<'v>) -> impl Iterator<Item = (&'s FtpStep, &'s Job<'v>, &'s Transfer, &'s Word)> {
    view.ftp.iter().filter_map(|ftp| Some((ftp, ftp.of(view)?.0))).flat_map(|(ftp, job)| {
        let puts = ftp.transfers.iter().filter(|transfer| transfer.direction == Direction::Put);
        puts.filter_map(move |transfer| Some((ftp, job, transfer, transfer.remote.as_ref()?)))
    })
}

/// Where `[.EFZ]` stands in a name, as an offset in bytes.
fn bracketed(name: &str) -> Option<usize> {
    name.to_ascii_uppercase().find(BRACKETED)
}

/// The name as it will be once the notation is gone.
fn plain(name: &str, made: Option<Made>) -> String {
    let Some(at) = bracketed(name) else { return name.to_owned() };
    let suffix = if made == Some(Made::Encrypted) { &name[at + 1..at + BRACKETED.len() - 1] } else { "" };
    format!("{}{suffix}{}", &name[..at], &name[at + BRACKETED.len()..])
}

/// What the job made of the data set that is sent.
fn made(ftp: &FtpStep, job: &Job<'_>, transfer: &Transfer) -> Option<Made> {
    job.made(&data_set(transfer)?.0, ftp.step)
}

/// `[.EFZ]`, as the published example has it.
pub(in super::super) fn brackets(view: &View<'_>, findings: &mut Findings<'_>) {
    for (ftp, job, transfer, name) in uploads(view) {
        let Some(at) = bracketed(&name.text) else { continue };
        let is_encrypted = made(ftp, job, transfer) == Some(Made::Encrypted);
        let suffix = &name.text[at + 1..at + BRACKETED.len() - 1];
        let card = (name.place.card as usize).saturating_sub(1);
        let column = name.place.first as usize + name.text[..at].chars().count();
        let (insert, remedy) =
            if is_encrypted { (suffix, WITH_SUFFIX.with(&[&suffix])) } else { ("", WITHOUT_SUFFIX.plain()) };
        let fix = view.source.splice(card, column, BRACKETED.len(), insert, view.source.limit(card));
        let place = super::super::source::Source::place(card, column, column + BRACKETED.len() - 1);
        let found = ZJB835E.found.with(&[&suffix]);
        *findings.advise_with(&ZJB835E, found, remedy, place) = fix.unwrap_or_default();
    }
}

/// Names that ECuRep does not process.
pub(in super::super) fn convention(view: &View<'_>, findings: &mut Findings<'_>) {
    for (ftp, job, transfer, name) in uploads(view).filter(|(_, _, transfer, _)| transfer.is_ecurep()) {
        let full = plain(&name.text, made(ftp, job, transfer));
        let last = full.rsplit('/').next().unwrap_or("");
        for wrong in names::check(last).findings {
            let found = ZJB836W.found.with(&[&last, &wrong]);
            findings.advise_with(&ZJB836W, found, ZJB836W.remedy.plain(), name.place);
        }
    }
}

/// Suffixes without the step that they promise, and steps without their suffix.
pub(in super::super) fn suffixes(view: &View<'_>, findings: &mut Findings<'_>) {
    for (ftp, job, transfer, name) in uploads(view) {
        let Some((data_set, _)) = data_set(transfer) else { continue };
        let made = job.made(&data_set, ftp.step);
        let full = plain(&name.text, made);
        let check = names::check(full.rsplit('/').next().unwrap_or(""));
        let says_efz = full.to_ascii_uppercase().ends_with(".EFZ");
        let place = name.place;
        match made {
            Some(Made::Tersed | Made::Plain) if says_efz => {
                let found = ZJB837W.found.with(&[&data_set]);
                findings.advise_with(&ZJB837W, found, ZJB837W.remedy.plain(), place);
            }
            Some(how @ Made::Tersed) if !check.tersed && transfer.is_ecurep() => {
                lacks(findings, &data_set, "packed", how.suffix(), place);
            }
            Some(how @ Made::Encrypted) if !check.encrypted && transfer.is_ecurep() => {
                lacks(findings, &data_set, "encrypted", how.suffix(), place);
            }
            _ => {}
        }
        let content = match made {
            Some(Made::Encrypted) => job.source_of(&data_set, ftp.step),
            _ => Some(data_set.clone()),
        };
        if let Some(content) = content.filter(|content| check.tersed && !is_tersed(view, job, ftp, content)) {
            let found = ZJB839W.found.with(&[&content]);
            findings.advise_with(&ZJB839W, found, ZJB839W.remedy.plain(), place);
        }
    }
}

fn lacks(
    findings: &mut Findings<'_>,
    data_set: &crate::dataset::DataSetName,
    how: &str,
    suffix: &str,
    place: super::super::Place,
) {
    let suffix = format!(".{suffix}");
    let found = ZJB838W.found.with(&[&data_set, &how, &suffix]);
    findings.advise_with(&ZJB838W, found, ZJB838W.remedy.with(&[&suffix]), place);
}

/// False if it is known that the data set is not packed: another step of the job made it, the job packs it into
/// another one, or its attributes are not those of a packed one.
fn is_tersed(view: &View<'_>, job: &Job<'_>, ftp: &FtpStep, name: &crate::dataset::DataSetName) -> bool {
    match job.made(name, ftp.step) {
        Some(Made::Tersed) => return true,
        Some(Made::Encrypted) => return false,
        // Some other program may have packed it.
        Some(Made::Plain) => return !job.is_packed_elsewhere(name, ftp.step),
        None => {}
    }
    let is_other = match view.find(name, None) {
        Known::Present(dcb) => dcb.recfm.is_some_and(|recfm| !recfm.is_fixed()) || dcb.lrecl.is_some_and(|n| n != 1024),
        _ => false,
    };
    !is_other && !job.is_packed_elsewhere(name, ftp.step)
}

/// Uploads to a place where ECuRep takes none.
pub(in super::super) fn directory(view: &View<'_>, findings: &mut Findings<'_>) {
    for (_, _, transfer, name) in uploads(view).filter(|(_, _, transfer, _)| transfer.is_ecurep()) {
        let path = joined(&transfer.directory, &name.text);
        let parts: Vec<&str> = path.split('/').skip(1).collect();
        let is_good = matches!(parts.as_slice(),
            [top, directory, _] if *top == service::TO_IBM && service::UPLOAD_DIRECTORIES.contains(directory));
        if !is_good {
            let place = path.rsplit_once('/').map_or("/", |(directory, _)| directory);
            let place = if place.is_empty() { "/" } else { place };
            let found = ZJB840W.found.with(&[&place]);
            findings.advise_with(&ZJB840W, found, ZJB840W.remedy.plain(), name.place);
        }
    }
}
