//! LISTCAT of entries by name: what is there, what is not, and the totals.
//!
//! Border: names and the catalog they are in. The fields that ALL and the like add are named as not emulated where
//! there is an entry to show; of entries that are missing the host shows the same in any case.

use crate::dataset::DataSetName;
use crate::dataset::group::EntryKind;
use crate::message::{idcams, own};

use super::listing::{Pages, Spacing};
use super::scan::{Scanner, Token};
use super::{Rejected, Services};

/// The name of the catalog.
const CATALOG: &str = "CATALOG.MASTER";
/// Catalog return code, module and reason of "no such entry", as listings show them.
const NO_ENTRY: (u16, &str) = (8, "IGG0CLEG-42");
/// The code of a listing that lacks something.
const WARNING: u16 = 4;
/// Most entries of one command ("Access Method Services Commands").
const MOST_NAMES: usize = 100;
/// What the totals count, in order.
const COUNTED: [&str; 13] = [
    "AIX",
    "ALIAS",
    "CLUSTER",
    "DATA",
    "GDG",
    "INDEX",
    "NONVSAM",
    "PAGESPACE",
    "PATH",
    "SPACE",
    "USERCATALOG",
    "TAPELIBRARY",
    "TAPEVOLUME",
];
/// Characters of a total with its name.
const TOTAL_WIDTH: usize = 24;

/// What to list.
#[derive(Debug, Default)]
pub(super) struct Request {
    entries: Vec<DataSetName>,
    level: Option<DataSetName>,
    /// The first option that asks for more than names.
    fields: Option<String>,
}

/// Reads the parameters up to the end of the command.
pub(super) fn parse<S: Services>(
    scanner: &mut Scanner,
    pages: &mut Pages,
    services: &mut S,
) -> Result<Request, Rejected<S::Error>> {
    let mut request = Request::default();
    loop {
        match scanner.next(pages, services)? {
            None | Some(Token::End) => break,
            Some(Token::Word(word)) => match word.as_str() {
                "ENTRIES" | "ENTRY" | "ENT" => request.entries = names(scanner, pages, services)?,
                "LEVEL" | "LVL" => match names(scanner, pages, services)?.as_slice() {
                    [level] => request.level = Some(level.clone()),
                    _ => return Err(misplaced()),
                },
                "NAME" => {}
                "ALL" | "ALLOCATION" | "ALLOC" | "HISTORY" | "HIST" | "VOLUME" | "VOL" => request.fields = Some(word),
                _ => return Err(Rejected::NotEmulated(format!("LISTCAT {word}"))),
            },
            Some(_) => return Err(misplaced()),
        }
    }
    if !request.entries.is_empty() && request.level.is_some() {
        return Err(misplaced());
    }
    if request.entries.is_empty() && request.level.is_none() {
        return Err(Rejected::NotEmulated("LISTCAT OF A WHOLE CATALOG".to_owned()));
    }
    Ok(request)
}

fn names<S: Services>(
    scanner: &mut Scanner,
    pages: &mut Pages,
    services: &mut S,
) -> Result<Vec<DataSetName>, Rejected<S::Error>> {
    match scanner.next(pages, services)? {
        Some(Token::Open { .. }) => {}
        _ => return Err(misplaced()),
    }
    let mut names = Vec::new();
    loop {
        match scanner.next(pages, services)? {
            Some(Token::Close) => return Ok(names),
            Some(Token::Word(_) | Token::Quoted(_)) if names.len() == MOST_NAMES => {
                return Err(Rejected::Syntax(own::ZJB215E.with(&[&MOST_NAMES])));
            }
            Some(Token::Word(name) | Token::Quoted(name)) => {
                if name.contains(['*', '%']) {
                    return Err(Rejected::NotEmulated("LISTCAT WITH A GENERIC NAME".to_owned()));
                }
                let name = DataSetName::new(&name);
                names.push(name.map_err(|_| Rejected::Syntax(own::ZJB212E.with(&[&"LISTCAT"])))?);
            }
            _ => return Err(misplaced()),
        }
    }
}

fn misplaced<E>() -> Rejected<E> {
    Rejected::Syntax(own::ZJB212E.with(&[&"LISTCAT"]))
}

impl Request {
    /// Lists the entries; gives the condition code.
    pub(super) fn run<S: Services>(&self, pages: &mut Pages, services: &mut S) -> Result<u16, Rejected<S::Error>> {
        let mut found = Vec::new();
        let mut missing = Vec::new();
        for name in &self.entries {
            match services.entry(name)? {
                Some(kind) => found.push((name.clone(), kind)),
                None => missing.push(name),
            }
        }
        if let Some(level) = &self.level {
            found = services.entries_below(level)?;
            missing.extend(found.is_empty().then_some(level));
        }
        if let (Some(fields), false) = (&self.fields, found.is_empty()) {
            return Err(Rejected::NotEmulated(format!("LISTCAT {fields}")));
        }
        if !found.is_empty() {
            pages.new_page(services)?;
            pages.line(services, Spacing::Double, &idcams::LISTCAT_HEADING.with(&[&CATALOG]).to_string())?;
        }
        for (name, kind) in &found {
            let row = if *kind == EntryKind::Group { &idcams::LISTCAT_GDG } else { &idcams::LISTCAT_NONVSAM };
            pages.first(services, &row.with(&[name]))?;
            pages.next(services, &idcams::LISTCAT_CATALOG.with(&[&CATALOG]))?;
        }
        for name in &missing {
            let (code, reason) = NO_ENTRY;
            pages.first(services, &idcams::IDC3012I.with(&[name]))?;
            pages.next(services, &idcams::IDC3009I.with(&[&code, &reason]))?;
            if self.fields.is_none() {
                pages.next(services, &idcams::IDC1566I.with(&[name]))?;
            }
        }
        if !found.is_empty() {
            pages.new_page(services)?;
        }
        totals(&found, pages, services)?;
        Ok(if missing.is_empty() { 0 } else { WARNING })
    }
}

fn totals<S: Services>(
    found: &[(DataSetName, EntryKind)],
    pages: &mut Pages,
    services: &mut S,
) -> Result<(), S::Error> {
    let groups = found.iter().filter(|(_, kind)| *kind == EntryKind::Group).count();
    pages.first(services, &idcams::LISTCAT_TOTALS.plain())?;
    for what in COUNTED {
        let count = match what {
            "GDG" => groups,
            "NONVSAM" => found.len() - groups,
            _ => 0,
        };
        total(what, count, pages, services)?;
    }
    total("TOTAL", found.len(), pages, services)?;
    pages.first(services, &idcams::LISTCAT_PROTECTED.plain())
}

fn total<S: Services>(what: &str, count: usize, pages: &mut Pages, services: &mut S) -> Result<(), S::Error> {
    let count = count.to_string();
    let dashes = "-".repeat(TOTAL_WIDTH.saturating_sub(what.len() + 1 + count.len()));
    pages.next(services, &idcams::LISTCAT_TOTAL.with(&[&what, &format!("{dashes}{count}")]))
}
