//! Pages of the listing: heading, spacing, page ends.
//!
//! Layout from real listings: 53 lines on a page, the heading and the lines skipped by `0` included; the first
//! line under a heading is always double spaced; a record holds at least eight characters and no blanks at
//! its end beyond them.

use jiff::civil::DateTime;

use crate::message::{Message, idcams};

use super::Services;

/// Lines on a page.
const LINES: u32 = 53;
/// Fewest characters of a record behind the carriage control.
const SHORTEST: usize = 8;
/// Longest line that a message of dynamic allocation takes before it is continued. Listings show lines of 71
/// characters, and breaks where 73 would have been needed.
const LONGEST_WRAPPED: usize = 71;

/// How far the paper moves before a line is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Spacing {
    /// To the next line, carriage control blank.
    Single,
    /// One line is left free, carriage control `0`.
    Double,
}

impl Spacing {
    fn control(self) -> char {
        match self {
            Self::Single => ' ',
            Self::Double => '0',
        }
    }

    fn lines(self) -> u32 {
        match self {
            Self::Single => 1,
            Self::Double => 2,
        }
    }
}

/// The listing of one run.
#[derive(Debug)]
pub struct Pages {
    started: DateTime,
    page: u32,
    /// Lines used on the page; the first one is started by the first line.
    used: u32,
}

impl Pages {
    /// A listing whose headings show this time.
    pub fn new(started: DateTime) -> Self {
        Self { started, page: 0, used: LINES }
    }

    /// Goes on at the top of a new page.
    pub(super) fn new_page<S: Services>(&mut self, services: &mut S) -> Result<(), S::Error> {
        self.heading(services)
    }

    /// One line.
    pub(super) fn line<S: Services>(&mut self, services: &mut S, spacing: Spacing, text: &str) -> Result<(), S::Error> {
        let mut spacing = spacing;
        if self.used + spacing.lines() > LINES {
            self.heading(services)?;
            spacing = Spacing::Double;
        }
        self.used += spacing.lines();
        services.print(&format!("{}{:<SHORTEST$}", spacing.control(), text.trim_end_matches(' ')))
    }

    /// The first message of a group.
    pub(super) fn first<S: Services>(&mut self, services: &mut S, message: &Message) -> Result<(), S::Error> {
        self.line(services, Spacing::Double, &message.to_string())
    }

    /// A message that goes with the one before it.
    pub(super) fn next<S: Services>(&mut self, services: &mut S, message: &Message) -> Result<(), S::Error> {
        self.line(services, Spacing::Single, &message.to_string())
    }

    /// A message of dynamic allocation, broken between words, its id in front of every line.
    pub(super) fn wrapped<S: Services>(&mut self, services: &mut S, message: &Message) -> Result<(), S::Error> {
        let text = message.to_string();
        let mut spacing = Spacing::Double;
        for line in wrap(message.id(), text.split_whitespace().skip(1)) {
            self.line(services, spacing, &line)?;
            spacing = Spacing::Single;
        }
        Ok(())
    }

    fn heading<S: Services>(&mut self, services: &mut S) -> Result<(), S::Error> {
        self.page += 1;
        self.used = 1;
        let now = self.started;
        let time = format!("{:02}:{:02}:{:02}", now.hour(), now.minute(), now.second());
        let date = format!("{:02}/{:02}/{:02}", now.month(), now.day(), now.year().rem_euclid(100));
        services.print(&format!("1{}", idcams::IDCAMS_HEADING.with(&[&time, &date, &self.page])))
    }
}

fn wrap<'a>(id: &str, words: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in words {
        match lines.last_mut() {
            Some(line) if line.len() + 1 + word.len() <= LONGEST_WRAPPED => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(format!("{id} {word}")),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::wrap;

    /// The lines are those of listings from z/OS (the first) and MVS 3.8j.
    #[test]
    fn messages_of_dynamic_allocation_break_where_listings_show_it() {
        for (name, first, second) in [
            ("ANSIBL1.DUMMY02", "NOT IN CATALOG OR CATALOG CAN NOT BE", "ACCESSED"),
            ("HERC01.MAP3270.OLD.ASM", "NOT IN CATALOG OR CATALOG CAN", "NOT BE ACCESSED"),
            ("HERC01.MAP3270.OLD.PANEL", "NOT IN CATALOG OR CATALOG", "CAN NOT BE ACCESSED"),
            ("HERC01.MAP3270.OLD.LOADLIB", "NOT IN CATALOG OR CATALOG", "CAN NOT BE ACCESSED"),
        ] {
            let text = format!("DATA SET {name} NOT IN CATALOG OR CATALOG CAN NOT BE ACCESSED");
            let expected = [format!("IKJ56228I DATA SET {name} {first}"), format!("IKJ56228I {second}")];
            assert_eq!(wrap("IKJ56228I", text.split(' ')), expected);
        }
    }
}
