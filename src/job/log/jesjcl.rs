//! JESJCL: the statements as the converter saw them. Records of 136, no control character.

use crate::job::model::StatementLevel;

/// Columns that the statement number ends in.
const NUMBER_WIDTH: usize = 9;
/// Column of the job number on the card image of the JOB statement.
const JOB_ID_COLUMN: usize = 72;

/// Chooses the lines that MSGLEVEL asks for.
#[derive(Debug)]
pub struct Filter {
    level: StatementLevel,
    /// Only the JOB statement with its continuations is listed, and it has ended.
    is_over: bool,
}

impl Filter {
    /// Chooses by the first subparameter of MSGLEVEL.
    pub fn new(level: StatementLevel) -> Self {
        Self { level, is_over: false }
    }

    /// Whether the next line is shown. `is_expanded` says that it is no statement of the deck.
    pub fn takes(&mut self, number: Option<u32>, is_expanded: bool, text: &str) -> bool {
        match self.level {
            StatementLevel::All => true,
            StatementLevel::Submitted => !is_expanded,
            StatementLevel::Job => {
                self.is_over |= number.is_some_and(|number| number > 1) || text.starts_with("//*");
                !self.is_over
            }
        }
    }
}

/// One line: a statement number or none, and a card image or message.
pub fn line(number: Option<u32>, text: &str) -> String {
    match number {
        Some(number) => format!("{number:>NUMBER_WIDTH$} {text}"),
        None => format!("{:NUMBER_WIDTH$} {text}", ""),
    }
}

/// A card image of 80 columns. Columns 73 to 80 of the JOB card show the job number.
pub fn card_image(card: &str, job_id: Option<&str>) -> String {
    match job_id {
        Some(id) => {
            let head: String = card.chars().take(JOB_ID_COLUMN).collect();
            format!("{head:<JOB_ID_COLUMN$}{id:<8}")
        }
        None => format!("{card:<80}"),
    }
}

#[cfg(test)]
mod tests {
    use super::{Filter, card_image, line};
    use crate::job::model::StatementLevel;

    #[test]
    fn numbers_end_in_column_9_and_the_job_number_stands_in_columns_83_to_90() {
        let job = line(Some(1), &card_image("//ALLOC JOB CLASS=A,MSGCLASS=X,MSGLEVEL=(1,1)", Some("JOB00418")));
        let real = "        1 //ALLOC JOB CLASS=A,MSGCLASS=X,MSGLEVEL=(1,1)                           JOB00418";
        assert_eq!(job, real);
        assert_eq!(line(None, "//*"), "          //*");
    }

    #[test]
    fn msglevel_chooses_the_statements_that_are_listed() {
        let lines = [
            (Some(1), false, "//J JOB 1,"),
            (None, false, "//   MSGLEVEL=0"),
            (Some(2), false, "//S EXEC P"),
            (Some(3), true, "XXP EXEC PGM=IEFBR14,PARM=&X"),
            (None, true, "IEFC653I SUBSTITUTION JCL - PGM=IEFBR14,PARM=1"),
            (Some(4), true, "++Q DD DUMMY"),
        ];
        let shown = |level| {
            let mut filter = Filter::new(level);
            lines.iter().filter(|(number, is_expanded, text)| filter.takes(*number, *is_expanded, text)).count()
        };
        assert_eq!(shown(StatementLevel::All), 6);
        assert_eq!(shown(StatementLevel::Submitted), 3);
        assert_eq!(shown(StatementLevel::Job), 2);
    }
}
