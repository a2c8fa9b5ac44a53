//! JESMSGLG: the operator's and the programmer's view of the job, with times. Records of 133, ASA.

use jiff::civil::DateTime;

use super::clock;
use crate::message::{Message, jes};

/// Characters of the line in which the heading is centred ("listings-facts": floor((115 - length) / 2) blanks).
const HEADING_WIDTH: usize = 115;
/// Characters of the heading line behind its control character.
const HEADING_LINE: usize = 104;

/// The lines of JESMSGLG.
#[derive(Debug)]
pub struct MessageLog {
    lines: Vec<String>,
    job_id: String,
    next_multi_line_id: u32,
}

impl MessageLog {
    /// Starts the log of a job with its heading and date line.
    pub fn new(system: &str, node: &str, job_id: &str, now: DateTime) -> Self {
        let mut log = Self { lines: Vec::new(), job_id: job_id.to_owned(), next_multi_line_id: 100 };
        log.lines.push(heading(system, node));
        log.lines.push("0 ".to_owned());
        log.text(now, &date_line(now));
        log
    }

    fn text(&mut self, now: DateTime, text: &str) {
        self.lines.push(format!(" {} {} {text}", clock(now), self.job_id));
    }

    /// A message line.
    pub fn message(&mut self, now: DateTime, message: &Message) {
        self.text(now, &format!(" {message}"));
    }

    /// A message with an identifier at its end, as one that may go on.
    pub fn tagged(&mut self, now: DateTime, message: &Message) -> u32 {
        let id = self.next_multi_line_id;
        self.next_multi_line_id += 1;
        self.text(now, &format!(" {message}  {id}"));
        id
    }

    /// A message of two lines, tied together by an identifier.
    pub fn two_lines(&mut self, now: DateTime, first: &Message, second: &str) {
        let id = self.tagged(now, first);
        self.lines.push(format!("   {id}             {second}"));
    }

    /// The statistics behind the last message.
    pub fn statistics(&mut self, ran: Option<DateTime>, statistics: &Statistics) {
        self.lines.push(format!("0{}", jes::STATISTICS.plain()));
        // A job that never ran has no date line and spaces twice.
        let control = if ran.is_some() { '-' } else { '0' };
        let mut line = |message: Message| self.lines.push(format!("{control}{message}"));
        if let Some(day) = ran {
            line(jes::STATISTICS_DATE.with(&[&day.strftime("%d %b %Y").to_string().to_uppercase()]));
        }
        line(jes::STATISTICS_CARDS.with(&[&statistics.cards]));
        line(jes::STATISTICS_PRINT.with(&[&statistics.print_records]));
        line(jes::STATISTICS_PUNCH.plain());
        line(jes::STATISTICS_SPOOL.with(&[&statistics.spool_kilobytes]));
        line(jes::STATISTICS_TIME.with(&[&format!("{:.2}", statistics.minutes)]));
    }

    /// Lines that the statistics will add.
    pub fn statistics_lines(ran: bool) -> usize {
        if ran { 7 } else { 6 }
    }

    /// The lines so far.
    pub fn lines(&self) -> &[String] {
        &self.lines
    }
}

/// Counts of a job.
#[derive(Debug, Clone, Copy, Default)]
pub struct Statistics {
    /// Cards of the deck.
    pub cards: u64,
    /// Printed lines.
    pub print_records: u64,
    /// Kilobytes on the spool.
    pub spool_kilobytes: u64,
    /// Minutes of execution.
    pub minutes: f64,
}

fn heading(system: &str, node: &str) -> String {
    let text = format!(
        "J E S 2  J O B  L O G  --  S Y S T E M  {}  --  N O D E  {}",
        spaced(&format!("{system:<4}")),
        spaced(node)
    );
    let blanks = HEADING_WIDTH.saturating_sub(text.len()) / 2;
    format!("1{:<HEADING_LINE$}", format!("{}{text}", " ".repeat(blanks)))
}

fn spaced(name: &str) -> String {
    let letters: Vec<String> = name.chars().map(String::from).collect();
    letters.join(" ")
}

fn date_line(now: DateTime) -> String {
    let day = now.strftime("%A,").to_string().to_uppercase();
    let date = now.strftime("%d %b %Y").to_string().to_uppercase();
    format!("---- {day:<10} {date} ----")
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::{date_line, heading};

    #[test]
    fn the_heading_is_centred_as_on_four_real_systems() {
        let real =
            "1                       J E S 2  J O B  L O G  --  S Y S T E M  S 0 W 1  --  N O D E  S 0 W 1            ";
        assert_eq!(heading("S0W1", "S0W1"), real);
        assert!(heading("S0W1", "SVSCJES2").starts_with(&format!("1{}J E S 2", " ".repeat(19))));
        assert!(heading("VS01", "N1").starts_with(&format!("1{}J E S 2", " ".repeat(25))));
    }

    #[test]
    fn the_weekday_with_its_comma_fills_ten_columns() {
        assert_eq!(date_line(date(2023, 4, 19).at(14, 13, 49, 0)), "---- WEDNESDAY, 19 APR 2023 ----");
        assert_eq!(date_line(date(2020, 3, 13).at(0, 0, 0, 0)), "---- FRIDAY,    13 MAR 2020 ----");
        assert_eq!(date_line(date(2020, 8, 6).at(0, 0, 0, 0)), "---- THURSDAY,  06 AUG 2020 ----");
    }
}
