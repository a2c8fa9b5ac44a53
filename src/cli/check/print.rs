//! Findings for people and for programs.

use std::io::{self, Write};
use std::ops::Range;
use std::path::Path;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use serde::Serialize;

use crate::advice::{Finding, Place, Report, Speaker, harmless_text};
use crate::message::{Message, Severity};

/// The host's lines, then each finding with its card.
pub(super) fn text(path: &Path, report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let path = harmless_text(&path.display().to_string());
    host_lines(&path, report, out)?;
    let renderer = Renderer::plain();
    for finding in &report.findings {
        let card = report.cards.get(&finding.place.card).map_or("", String::as_str);
        writeln!(out, "{}\n", rendered(&renderer, &path, finding, card))?;
    }
    if report.left_out > 0 {
        writeln!(out, "{path}: {} more findings are left out\n", report.left_out)?;
    }
    Ok(())
}

/// What the listing would say, job by job.
fn host_lines(path: &str, report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let of_host: Vec<&Finding> = report.findings.iter().filter(|finding| finding.speaker == Speaker::Host).collect();
    for job in of_host.chunk_by(|a, b| a.job == b.job) {
        let name = job.first().and_then(|finding| finding.job).and_then(|job| report.jobs.get(job));
        match name {
            Some(name) => writeln!(out, "{path}: job {}\n  STMT NO. MESSAGE", harmless_text(name))?,
            None => writeln!(out, "{path}")?,
        }
        for finding in job {
            let number = finding.statement.map_or_else(String::new, |number| number.to_string());
            writeln!(out, " {number:>9} {}", harmless_text(&finding.message.to_string()))?;
        }
        writeln!(out)?;
    }
    Ok(())
}

/// What was repaired, a line for each.
pub(super) fn repaired(path: &Path, findings: &[Finding], out: &mut dyn Write) -> io::Result<()> {
    let path = harmless_text(&path.display().to_string());
    for finding in findings {
        let (id, text) = id_and_text(&finding.message);
        writeln!(out, "{path}:{}: repaired[{id}]: {text}", finding.place.card)?;
    }
    if !findings.is_empty() {
        writeln!(out)?;
    }
    Ok(())
}

fn rendered(renderer: &Renderer, path: &str, finding: &Finding, card: &str) -> String {
    let level = match finding.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Information => Level::NOTE,
    };
    let (id, text) = id_and_text(&finding.message);
    let span = AnnotationKind::Primary.span(bytes(card, finding.place));
    let snippet = Snippet::source(card).path(path).line_start(finding.place.card as usize).annotation(span);
    let mut group: Group<'_> = level.primary_title(text).id(id).element(snippet);
    if let Some(remedy) = &finding.remedy {
        group = group.element(Level::HELP.message(id_and_text(remedy).1));
    }
    renderer.render(&[group])
}

/// The columns of a place as bytes of its card.
fn bytes(card: &str, place: Place) -> Range<usize> {
    let offset = |column: u32| {
        let nth = (column as usize).saturating_sub(1);
        card.char_indices().nth(nth).map_or(card.len(), |(offset, _)| offset)
    };
    offset(place.first)..offset(place.last.saturating_add(1))
}

/// The id of a message, and its text without it.
fn id_and_text(message: &Message) -> (&'static str, String) {
    let text = harmless_text(&message.to_string());
    let rest = text.strip_prefix(message.id()).map(|rest| rest.trim_start().to_owned());
    (message.id(), rest.unwrap_or(text))
}

/// A finding as JSON.
#[derive(Serialize)]
struct Json<'a> {
    file: String,
    line: u32,
    column: u32,
    end_column: u32,
    job: Option<&'a str>,
    statement: Option<u32>,
    id: &'a str,
    severity: &'static str,
    source: &'static str,
    text: String,
    remedy: Option<String>,
    repaired: bool,
    fix: Vec<JsonEdit<'a>>,
}

/// An edit: the bytes from `start` up to `end` of the file become `text`.
#[derive(Serialize)]
struct JsonEdit<'a> {
    start: usize,
    end: usize,
    text: &'a str,
}

/// All findings of a report.
pub(super) fn json(path: &Path, report: &Report, repaired: bool, out: &mut dyn Write) -> io::Result<()> {
    json_findings(path, &report.findings, &report.jobs, repaired, out)
}

/// Findings, one JSON object on each line.
pub(super) fn json_findings(
    path: &Path,
    findings: &[Finding],
    jobs: &[String],
    repaired: bool,
    out: &mut dyn Write,
) -> io::Result<()> {
    for finding in findings {
        let (id, text) = id_and_text(&finding.message);
        let edits =
            finding.fix.iter().map(|edit| JsonEdit { start: edit.range.start, end: edit.range.end, text: &edit.with });
        let json = Json {
            file: path.display().to_string(),
            line: finding.place.card,
            column: finding.place.first,
            end_column: finding.place.last.saturating_add(1),
            job: finding.job.and_then(|job| jobs.get(job)).map(String::as_str),
            statement: finding.statement,
            id,
            severity: match finding.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
                Severity::Information => "note",
            },
            source: match finding.speaker {
                Speaker::Host => "host",
                Speaker::Advice => "advice",
            },
            text,
            remedy: finding.remedy.as_ref().map(|remedy| id_and_text(remedy).1),
            repaired,
            // The places of repairs are those of a deck that is no more.
            fix: if repaired { Vec::new() } else { edits.collect() },
        };
        serde_json::to_writer(&mut *out, &json)?;
        writeln!(out)?;
    }
    Ok(())
}
