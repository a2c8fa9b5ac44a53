//! REPRO: copies the records of one data set to another.
//!
//! Border: its parameters and its messages. Opening and copying is a service; what only VSAM data sets have is named
//! as not emulated.

use crate::dataset::{DataSetName, MemberName};
use crate::message::{idcams, own};

use super::listing::Pages;
use super::scan::{Scanner, Token};
use super::{NOT_DONE, Rejected, Services};

/// Where records come from, or go to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// INFILE, OUTFILE: what a DD stands for.
    Dd(String),
    /// INDATASET, OUTDATASET: a data set, or one member of it.
    DataSet(DataSetName, Option<MemberName>),
}

/// What to copy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Copy {
    /// Where from.
    pub from: Place,
    /// Where to.
    pub to: Place,
    /// Records that are passed over at the start.
    pub skip: u64,
    /// Most records to copy.
    pub count: Option<u64>,
}

/// What became of a copy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Copied {
    /// So many records went over.
    Done(u64),
    /// One of the two cannot be opened: which, and why.
    NotOpened(String, String),
    /// Nobody said what the records of the output look like.
    Formless(String),
    /// The records of the output look different: from what, to what.
    Unlike(String, String),
}

/// Parameters as they come.
#[derive(Debug, Default)]
struct Coded {
    from: Option<Place>,
    to: Option<Place>,
    skip: u64,
    count: Option<u64>,
}

/// Reads the parameters up to the end of the command.
pub(super) fn parse<S: Services>(
    scanner: &mut Scanner,
    pages: &mut Pages,
    services: &mut S,
) -> Result<Copy, Rejected<S::Error>> {
    let mut coded = Coded::default();
    loop {
        match scanner.next(pages, services)? {
            None | Some(Token::End) => break,
            Some(Token::Word(word)) => option(&mut coded, &word, scanner, pages, services)?,
            Some(_) => return Err(misplaced()),
        }
    }
    match (coded.from, coded.to) {
        (Some(from), Some(to)) => Ok(Copy { from, to, skip: coded.skip, count: coded.count }),
        _ => Err(Rejected::Syntax(own::ZJB218E.plain())),
    }
}

fn option<S: Services>(
    coded: &mut Coded,
    word: &str,
    scanner: &mut Scanner,
    pages: &mut Pages,
    services: &mut S,
) -> Result<(), Rejected<S::Error>> {
    let place = match word {
        "INFILE" | "IFILE" | "OUTFILE" | "OFILE" => {
            let (ddname, _) = value(scanner, pages, services)?;
            Place::Dd(ddname)
        }
        "INDATASET" | "IDS" | "OUTDATASET" | "ODS" => data_set(value(scanner, pages, services)?)?,
        "SKIP" => return number(scanner, pages, services).map(|number| coded.skip = number),
        "COUNT" => return number(scanner, pages, services).map(|number| coded.count = Some(number)),
        "NOREPLACE" | "NREP" | "NOREUSE" | "NRUS" => return Ok(()),
        other => return Err(Rejected::NotEmulated(format!("REPRO {other}"))),
    };
    let side = if word.starts_with('I') { &mut coded.from } else { &mut coded.to };
    match side.replace(place) {
        None => Ok(()),
        Some(_) => Err(Rejected::Syntax(own::ZJB218E.plain())),
    }
}

/// `(NAME)` or `(NAME(MEMBER))`, either between apostrophes too.
fn value<S: Services>(
    scanner: &mut Scanner,
    pages: &mut Pages,
    services: &mut S,
) -> Result<(String, Option<String>), Rejected<S::Error>> {
    let Some(Token::Open { .. }) = scanner.next(pages, services)? else { return Err(misplaced()) };
    let (name, mut member) = match scanner.next(pages, services)? {
        Some(Token::Quoted(text)) => match text.strip_suffix(')').and_then(|text| text.split_once('(')) {
            Some((name, member)) => (name.to_owned(), Some(member.to_owned())),
            None => (text, None),
        },
        Some(Token::Word(name)) => (name, None),
        _ => return Err(misplaced()),
    };
    let mut next = scanner.next(pages, services)?;
    if let Some(Token::Open { joined: true }) = next {
        let Some(Token::Word(name)) = scanner.next(pages, services)? else { return Err(misplaced()) };
        let Some(Token::Close) = scanner.next(pages, services)? else { return Err(misplaced()) };
        member = Some(name);
        next = scanner.next(pages, services)?;
    }
    if next == Some(Token::Close) { Ok((name, member)) } else { Err(misplaced()) }
}

fn data_set<E>((name, member): (String, Option<String>)) -> Result<Place, Rejected<E>> {
    let restricted = |item: &str| Rejected::Syntax(idcams::IDC3203I.with(&[&item]));
    let member = member.map(|member| MemberName::new(&member).map_err(|_| restricted(&member))).transpose()?;
    Ok(Place::DataSet(DataSetName::new(&name).map_err(|_| restricted(&name))?, member))
}

fn number<S: Services>(scanner: &mut Scanner, pages: &mut Pages, services: &mut S) -> Result<u64, Rejected<S::Error>> {
    let (digits, _) = value(scanner, pages, services)?;
    digits.parse().map_err(|_| Rejected::Syntax(idcams::IDC3203I.with(&[&digits])))
}

fn misplaced<E>() -> Rejected<E> {
    Rejected::Syntax(own::ZJB212E.with(&[&"REPRO"]))
}

impl Copy {
    /// Copies; gives the condition code.
    pub(super) fn run<S: Services>(&self, pages: &mut Pages, services: &mut S) -> Result<u16, S::Error> {
        let message = match services.copy(self)? {
            Copied::Done(records) => {
                pages.first(services, &idcams::IDC0005I.with(&[&records]))?;
                return Ok(0);
            }
            Copied::NotOpened(name, why) => own::ZJB201E.with(&[&name, &why]),
            Copied::Formless(name) => own::ZJB219E.with(&[&name]),
            Copied::Unlike(from, to) => own::ZJB164E.with(&[&from, &to]),
        };
        pages.first(services, &message)?;
        Ok(NOT_DONE)
    }
}
