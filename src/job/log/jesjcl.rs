//! JESJCL: the statements as the converter saw them. Records of 136, no control character.

/// Columns that the statement number ends in.
const NUMBER_WIDTH: usize = 9;
/// Column of the job number on the card image of the JOB statement.
const JOB_ID_COLUMN: usize = 72;

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
    use super::{card_image, line};

    #[test]
    fn numbers_end_in_column_9_and_the_job_number_stands_in_columns_83_to_90() {
        let job = line(Some(1), &card_image("//ALLOC JOB CLASS=A,MSGCLASS=X,MSGLEVEL=(1,1)", Some("JOB00418")));
        let real = "        1 //ALLOC JOB CLASS=A,MSGCLASS=X,MSGLEVEL=(1,1)                           JOB00418";
        assert_eq!(job, real);
        assert_eq!(line(None, "//*"), "          //*");
    }
}
