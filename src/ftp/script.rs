//! The subcommand stream: INPUT's records as characters, with comments, continuation and what may be shown.
//!
//! Border: records in, lines out. What a line means is the session's matter. Source: "IP User's Guide and
//! Commands", FTP subcommands in batch. Records are IBM-1047, as the client's message EZYFT26I says.

use std::collections::VecDeque;

use zeroize::{Zeroize, Zeroizing};

use crate::codepage::{CodePage, EBCDIC_BLANK};
use crate::dataset::{ReadError, RecordReader};

/// Most bytes of a subcommand stream that are taken: far above any script, far below any memory.
const MAX_SCRIPT: usize = 16 * 1024 * 1024;

/// The records that are still to be read. They may hold passwords and are wiped when dropped.
#[derive(Default)]
pub(super) struct Script {
    records: VecDeque<Zeroizing<String>>,
}

/// A subcommand with its continuations.
pub(super) struct Line {
    /// The records as they stand in the stream, for the echo.
    pub(super) records: Vec<Zeroizing<String>>,
    /// The subcommand: joined, without a comment, trimmed.
    pub(super) text: Zeroizing<String>,
}

impl Script {
    /// Reads all records. `sequenced` is SEQNUMSUPPORT TRUE: line numbers are dropped.
    pub(super) fn read(reader: &mut dyn RecordReader, sequenced: bool) -> Result<Self, ReadError> {
        let mut script = Self::default();
        let mut kept = 0;
        let mut numbers = None;
        while let Some(run) = reader.next_run()? {
            for record in run.records() {
                kept += record.len();
                if kept > MAX_SCRIPT {
                    let what = format!("a subcommand stream of more than {MAX_SCRIPT} bytes");
                    return Err(ReadError::Damaged { dataset: "INPUT".to_owned(), what });
                }
                let numbers = *numbers.get_or_insert_with(|| LineNumbers::of(record));
                let record = if sequenced { numbers.removed(record) } else { record };
                script.records.push_back(decoded(record));
            }
        }
        Ok(script)
    }

    /// The next record at a prompt for a host, a user id or a password; comments are passed over.
    pub(super) fn next_answer(&mut self) -> Option<Zeroizing<String>> {
        loop {
            let record = self.records.pop_front()?;
            if !is_comment(&record) {
                return Some(record);
            }
        }
    }

    /// Looks at what `next_answer` would give.
    pub(super) fn peek_answer(&self) -> Option<&str> {
        self.records.iter().find(|record| !is_comment(record)).map(|record| record.as_str())
    }

    /// The next subcommand; blank records and comments are passed over.
    pub(super) fn next_subcommand(&mut self) -> Option<Line> {
        loop {
            let record = self.next_answer()?;
            if !record.trim().is_empty() {
                return Some(self.with_continuations(record));
            }
        }
    }

    fn with_continuations(&mut self, first: Zeroizing<String>) -> Line {
        let mut text = Zeroizing::new(without_comment(&first).trim().to_owned());
        let mut records = vec![first];
        while let Some(front) = continued(&text) {
            let Some(record) = self.next_answer() else { break };
            let joined = format!("{front}{}", without_comment(&record).trim());
            text.zeroize();
            *text = joined;
            records.push(record);
        }
        Line { records, text }
    }
}

/// Everything before a `+` that is the last token of a line.
fn continued(text: &str) -> Option<&str> {
    let front = text.strip_suffix('+')?;
    (front.is_empty() || front.ends_with(' ')).then_some(front)
}

fn is_comment(record: &str) -> bool {
    record.trim_start().starts_with(';')
}

fn without_comment(record: &str) -> &str {
    record.split_once(" ;").map_or(record, |(text, _)| text)
}

fn decoded(record: &[u8]) -> Zeroizing<String> {
    let end = record.iter().rposition(|&byte| byte != EBCDIC_BLANK).map_or(0, |last| last + 1);
    Zeroizing::new(CodePage::ibm1047().decode(record.get(..end).unwrap_or_default()))
}

/// Where the line numbers of a data set stand, judged from its first record.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum LineNumbers {
    None,
    Leading,
    Trailing,
}

/// Digits of a line number.
const NUMBER: usize = 8;

impl LineNumbers {
    fn of(record: &[u8]) -> Self {
        let digits =
            |part: Option<&[u8]>| part.is_some_and(|part| part.iter().all(|byte| (0xF0..=0xF9).contains(byte)));
        let tail = record.len().checked_sub(NUMBER).and_then(|at| record.get(at..));
        if digits(tail) {
            Self::Trailing
        } else if digits(record.get(..NUMBER)) {
            Self::Leading
        } else {
            Self::None
        }
    }

    fn removed(self, record: &[u8]) -> &[u8] {
        match self {
            Self::None => record,
            Self::Leading => record.get(NUMBER..).unwrap_or_default(),
            Self::Trailing => record.get(..record.len().saturating_sub(NUMBER)).unwrap_or_default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::codepage::CodePage;
    use crate::dataset::record::MemoryReader;
    use crate::dataset::{Attributes, Recfm, Shape};

    use super::Script;

    fn script(lines: &[&str], sequenced: bool) -> Script {
        let text = lines.iter().map(|line| format!("{line:<80}")).collect::<Vec<_>>().concat();
        let bytes = CodePage::ibm1047().encode(&text).expect("has a place");
        let attributes = Attributes::with_system_block_size(Recfm::FB, 80);
        Script::read(&mut MemoryReader::new(attributes, Shape::Fixed(80), &bytes), sequenced).expect("memory reads")
    }

    fn subcommands(lines: &[&str]) -> Vec<String> {
        let mut script = script(lines, false);
        std::iter::from_fn(|| script.next_subcommand()).map(|line| line.text.to_string()).collect()
    }

    #[test]
    fn comments_and_blank_records_are_passed_over() {
        assert_eq!(subcommands(&["; a comment", "", "   bin ; image", "  ;x", "quit"]), ["bin", "quit"]);
    }

    #[test]
    fn a_plus_at_the_end_joins_the_next_record() {
        assert_eq!(
            subcommands(&["put local.file +", "   remote.file", "quit"]),
            ["put local.file remote.file", "quit"]
        );
        assert_eq!(subcommands(&["put a+", "quit"]), ["put a+", "quit"]);
        assert_eq!(subcommands(&["put a +"]), ["put a +"]);
    }

    #[test]
    fn a_comment_does_not_count_as_the_blank_answer() {
        let mut script = script(&["; user follows", "", "secret"], false);
        assert_eq!(script.peek_answer(), Some(""));
        assert_eq!(script.next_answer().as_deref().map(String::as_str), Some(""));
        assert_eq!(script.next_answer().as_deref().map(String::as_str), Some("secret"));
        assert!(script.next_answer().is_none());
    }

    #[test]
    fn line_numbers_are_part_of_the_record_unless_seqnumsupport_drops_them() {
        let numbered = format!("{:<72}00000100", "ftp.example.com");
        let mut kept = script(&[&numbered], false);
        assert_eq!(kept.next_answer().map(|r| r.split_whitespace().count()), Some(2));
        let mut dropped = script(&[&numbered], true);
        assert_eq!(dropped.next_answer().as_deref().map(String::as_str).map(str::trim), Some("ftp.example.com"));
    }
}
