//! PUT and GET: names on this side, and the type of transfer against what the data are.

use crate::dataset::{DataSetName, MemberName};
use crate::ftp::LocalFile;
use crate::message::advice::{ZJB829W, ZJB830W, ZJB831E, ZJB832W, ZJB833I, ZJB834W, ZJB847W, ZJB848W};

use super::super::view::{Job, Made, View, Word};
use super::super::{Findings, Known};
use super::{Direction, FtpStep, Transfer};

/// LRECL of TERSE files.
const TERSE_LRECL: u32 = 1024;
/// Qualifiers of names whose content is binary.
const BINARY: &[&str] = &["TRS", "TERSE", "EFZ", "CRY", "CRY64", "XMIT", "XMI", "ZIP", "GZ", "Z", "TAR", "PAX"];

/// All transfers with their steps.
fn all<'s, 'v>(view: &'s View<'v>) -> impl Iterator<Item = (&'s FtpStep, &'s Job<'v>, &'s Transfer)> {
    view.ftp
        .iter()
        .filter_map(|ftp| Some((ftp, ftp.of(view)?.0)))
        .flat_map(|(ftp, job)| ftp.transfers.iter().map(move |transfer| (ftp, job, transfer)))
}

/// The data set that a local name stands for.
pub(super) fn data_set(transfer: &Transfer) -> Option<(DataSetName, Option<MemberName>)> {
    match transfer.prefix.resolve(&transfer.local.as_ref()?.text).ok()? {
        LocalFile::DataSet { name, member } => Some((name, member)),
        LocalFile::Dd(_) => None,
    }
}

/// A data set as messages name it.
fn full(name: &DataSetName, member: Option<&MemberName>) -> String {
    member.map_or_else(|| name.to_string(), |member| format!("{name}({member})"))
}

/// PUT of a quoted name or of a DD without a remote name.
pub(in super::super) fn remote_name_missing(view: &View<'_>, findings: &mut Findings<'_>) {
    for (_, _, transfer) in all(view) {
        let (Direction::Put, Some(local), None) = (transfer.direction, &transfer.local, &transfer.remote) else {
            continue;
        };
        if local.text.starts_with(['\'', '/']) {
            let (found, remedy) = (ZJB829W.found.with(&[&local.text]), ZJB829W.remedy.with(&[&local.text]));
            findings.advise_with(&ZJB829W, found, remedy, local.place);
        }
    }
}

/// PUT of a name without apostrophes that nobody knows with the prefix, but somebody without.
pub(in super::super) fn unquoted(view: &View<'_>, findings: &mut Findings<'_>) {
    for (ftp, job, transfer) in all(view) {
        let Some(local) = transfer.local.as_ref().filter(|_| transfer.direction == Direction::Put) else { continue };
        if local.text.starts_with(['\'', '/']) {
            continue;
        }
        let quoted = format!("'{}'", local.text);
        let (Some((prefixed, member)), Ok(LocalFile::DataSet { name, .. })) =
            (data_set(transfer), transfer.prefix.resolve(&quoted))
        else {
            continue;
        };
        let is_known =
            |name: &DataSetName| job.uses_before(name, ftp.step) || matches!(view.find(name, None), Known::Present(_));
        if !is_known(&prefixed) && is_known(&name) {
            let found = ZJB830W.found.with(&[&full(&prefixed, member.as_ref()), &name]);
            let remedy = ZJB830W.remedy.with(&[&local.text]);
            findings.advise_with(&ZJB830W, found, remedy, local.place);
        }
    }
}

/// ASCII for what is binary, binary for what has boundaries, ASCII for what has blanks at its ends.
pub(in super::super) fn type_of_transfer(view: &View<'_>, findings: &mut Findings<'_>) {
    for (ftp, job, transfer) in all(view) {
        let data_set = data_set(transfer);
        let name = data_set.as_ref().map(|(name, _)| name);
        let made = name.and_then(|name| job.made(name, ftp.step));
        let dcb = name.map(|name| view.attributes(job, name, ftp.step)).unwrap_or_default();
        let Some(word) = transfer.local.as_ref().or(transfer.remote.as_ref()) else { continue };
        let is_terse = dcb.lrecl == Some(TERSE_LRECL) && dcb.recfm.is_some_and(crate::dataset::Recfm::is_fixed);
        let is_packed = matches!(made, Some(Made::Tersed | Made::Encrypted)) || is_terse;
        let is_binary = is_packed
            || dcb.recfm.is_some_and(crate::dataset::Recfm::is_undefined)
            || transfer.remote.as_ref().is_some_and(is_binary_name);
        let form = || dcb.recfm.map(|recfm| format!("RECFM={recfm}")).unwrap_or_default();
        if transfer.letter == 'A' && is_binary {
            let found = ZJB831E.found.with(&[&word.text]);
            findings.advise_with(&ZJB831E, found, ZJB831E.remedy.plain(), word.place);
        } else if transfer.direction == Direction::Get || is_packed {
            // What follows is about sending plain records.
        } else if transfer.letter == 'I'
            && !transfer.keeps_records
            && dcb.recfm.is_some_and(crate::dataset::Recfm::is_variable)
        {
            let found = ZJB832W.found.with(&[&word.text, &form()]);
            findings.advise_with(&ZJB832W, found, ZJB832W.remedy.plain(), word.place);
        } else if transfer.letter == 'A'
            && !transfer.keeps_blanks
            && dcb.recfm.is_some_and(crate::dataset::Recfm::is_fixed)
        {
            let found = ZJB833I.found.with(&[&word.text, &form()]);
            findings.advise_with(&ZJB833I, found, ZJB833I.remedy.plain(), word.place);
        }
    }
}

/// True if a qualifier of the name says that the content is binary.
fn is_binary_name(name: &Word) -> bool {
    let plain = name.text.replace(['[', ']', '\''], "");
    plain.split('.').skip(1).any(|part| BINARY.iter().any(|suffix| part.eq_ignore_ascii_case(suffix)))
}

/// A binary GET into a data set that the client makes with attributes of its own.
pub(in super::super) fn new_data_set(view: &View<'_>, findings: &mut Findings<'_>) {
    for (ftp, job, transfer) in all(view) {
        let (Direction::Get, 'I', false) = (transfer.direction, transfer.letter, transfer.has_attributes) else {
            continue;
        };
        let (Some(local), Some((name, member))) = (&transfer.local, data_set(transfer)) else { continue };
        let is_new = view.find(&name, None) == Known::Absent && !job.uses_before(&name, ftp.step + 1);
        if is_new {
            let site = crate::ftp::config::LocalSite::default();
            let form = format!("RECFM={} LRECL={}", site.recfm, site.lrecl);
            let found = ZJB834W.found.with(&[&full(&name, member.as_ref()), &form]);
            findings.advise_with(&ZJB834W, found, ZJB834W.remedy.plain(), local.place);
        }
    }
}

/// PUT of records that are longer than those that SITE asked the server for.
pub(in super::super) fn cut_records(view: &View<'_>, findings: &mut Findings<'_>) {
    for (ftp, job, transfer) in all(view) {
        let (Direction::Put, Some(local), Some(target)) = (transfer.direction, &transfer.local, transfer.site_lrecl)
        else {
            continue;
        };
        let Some((name, _)) = data_set(transfer) else { continue };
        let dcb = view.attributes(job, &name, ftp.step);
        // The four bytes of a descriptor word are no data.
        let extra = if dcb.recfm.is_some_and(crate::dataset::Recfm::is_variable) { 4 } else { 0 };
        let longest = dcb.lrecl.unwrap_or(0).saturating_sub(extra);
        if transfer.letter != 'I' && longest > target {
            let found = ZJB847W.found.with(&[&local.text, &longest, &target]);
            findings.advise_with(&ZJB847W, found, ZJB847W.remedy.with(&[&longest]), local.place);
        }
    }
}

/// PUT of text with characters that code pages place differently.
pub(in super::super) fn beyond_ascii(view: &View<'_>, findings: &mut Findings<'_>) {
    for (ftp, _, transfer) in all(view) {
        let (Direction::Put, 'A', false, Some(local)) =
            (transfer.direction, transfer.letter, transfer.has_code_pages, &transfer.local)
        else {
            continue;
        };
        let lines = match transfer.prefix.resolve(&local.text) {
            Ok(LocalFile::DataSet { name, member }) => view.text(&name, member.as_ref()),
            Ok(LocalFile::Dd(name)) => {
                ftp.of(view).and_then(|(_, step)| step.dds(&[&name]).next().and_then(|dd| view.lines_of(dd)))
            }
            Err(_) => None,
        };
        let beyond = |line: &String| line.chars().find(|c| !c.is_ascii());
        let Some(first) = lines.iter().flatten().find_map(beyond) else { continue };
        let count = lines.iter().flatten().filter(|line| !line.is_ascii()).count();
        let found = ZJB848W.found.with(&[&local.text, &count, &format!("U+{:04X}", first as u32)]);
        findings.advise_with(&ZJB848W, found, ZJB848W.remedy.plain(), local.place);
    }
}
