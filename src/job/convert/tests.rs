//! Whole decks, from bytes to jobs.

use super::{ConvertSettings, ConvertedJob, convert};

fn jobs(deck: &str) -> Vec<ConvertedJob> {
    convert(deck.as_bytes(), &ConvertSettings::for_user("IBMUSER")).expect("the deck has a JOB card")
}

#[test]
fn sample() {
    let deck = std::fs::read_to_string("jcl-samples/upload.jcl").expect("sample");
    for job in jobs(&deck) {
        for line in &job.listing {
            println!("{:>9} {}", line.number.map(|n| n.to_string()).unwrap_or_default(), line.text);
        }
        println!("{:#?}", (&job.diagnostics, &job.hints, &job.job, job.cards_read));
    }
}
