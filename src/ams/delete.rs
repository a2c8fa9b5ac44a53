//! DELETE of data sets and of members.
//!
//! Border: its parameters, what it does, and its messages. There is one catalog; what would need more than that is
//! recognised and named as not emulated.

use crate::dataset::catalog::Deleted;
use crate::dataset::group::{EntryKind, GroupDeleted};
use crate::dataset::{DataSetName, MemberName};
use crate::message::{Message, idcams, own};

use super::listing::Pages;
use super::scan::{Scanner, Token};
use super::{IN_PART, Rejected, Services};

/// Entry names that one command may have ("Access Method Services Commands").
const MOST_NAMES: usize = 100;

/// Catalog return code, module and reason of "no such entry", as listings show them.
const NO_ENTRY: (u16, &str) = (8, "IGG0CLEG-42");

/// Letters of entries in messages (Managing Catalogs, entry types of the catalog search interface).
const NON_VSAM: char = 'A';
const GROUP: char = 'B';
const GENERATION: char = 'H';

/// Options that change nothing here.
const WITHOUT_EFFECT: &[&str] =
    &["ERASE", "ERAS", "NOERASE", "NERAS", "NOFORCE", "NFRC", "NOMASK", "NOPURGE", "NPRG", "SCRATCH", "SCR"];

/// Options of the host that are not emulated.
const NOT_EMULATED: &[&str] = &[
    "ALIAS",
    "ALTERNATEINDEX",
    "AIX",
    "CATALOG",
    "CAT",
    "CLUSTER",
    "CL",
    "EXCLUDE",
    "FILE",
    "LIBRARYENTRY",
    "LIBENTRY",
    "MASK",
    "NODISCONNECT",
    "NORECOVERY",
    "NOSCRATCH",
    "NSCR",
    "NVR",
    "PAGESPACE",
    "PGSPC",
    "PATH",
    "RECOVERY",
    "TEST",
    "TRUENAME",
    "USERCATALOG",
    "UCAT",
    "VOLUMEENTRY",
    "VOLENTRY",
    "VVR",
];

/// What to delete.
#[derive(Debug)]
pub(super) struct Request {
    entries: Vec<Entry>,
    /// NONVSAM is coded, which changes how a missing entry is reported.
    non_vsam: bool,
    /// GENERATIONDATAGROUP is coded: nothing else is meant.
    group: bool,
    /// FORCE is coded.
    force: bool,
    /// PURGE is coded.
    purge: bool,
}

#[derive(Debug)]
struct Entry {
    name: DataSetName,
    member: Option<MemberName>,
}

/// Reads the parameters up to the end of the command.
pub(super) fn parse<S: Services>(
    scanner: &mut Scanner,
    pages: &mut Pages,
    services: &mut S,
) -> Result<Request, Rejected<S::Error>> {
    let entries = match scanner.next(pages, services)? {
        Some(Token::Open { .. }) => list(scanner, pages, services)?,
        Some(token) if token != Token::End => vec![entry(scanner, pages, services, token)?],
        _ => return Err(Rejected::Syntax(own::ZJB211E.plain())),
    };
    let mut request = Request { entries, non_vsam: false, group: false, force: false, purge: false };
    loop {
        match scanner.next(pages, services)? {
            None | Some(Token::End) => return Ok(request),
            Some(Token::Word(word)) => request.option(&word)?,
            Some(_) => return Err(misplaced("DELETE")),
        }
    }
}

/// The entries between parentheses, the left one of which was taken.
fn list<S: Services>(
    scanner: &mut Scanner,
    pages: &mut Pages,
    services: &mut S,
) -> Result<Vec<Entry>, Rejected<S::Error>> {
    let mut entries = Vec::new();
    loop {
        match scanner.next(pages, services)? {
            Some(Token::Close) if entries.is_empty() => return Err(Rejected::Syntax(own::ZJB211E.plain())),
            Some(Token::Close) => return Ok(entries),
            None | Some(Token::End) => return Err(misplaced("DELETE")),
            Some(_) if entries.len() == MOST_NAMES => {
                return Err(Rejected::Syntax(own::ZJB215E.with(&[&MOST_NAMES])));
            }
            Some(token) => entries.push(entry(scanner, pages, services, token)?),
        }
    }
}

/// `NAME`, `NAME(MEMBER)`, or either between apostrophes.
fn entry<S: Services>(
    scanner: &mut Scanner,
    pages: &mut Pages,
    services: &mut S,
    first: Token,
) -> Result<Entry, Rejected<S::Error>> {
    match first {
        Token::Quoted(text) => match text.strip_suffix(')').and_then(|text| text.split_once('(')) {
            Some((name, member)) => entry_of(name, Some(member)),
            None => entry_of(&text, None),
        },
        Token::Word(name) => {
            let member = member(scanner, pages, services)?;
            entry_of(&name, member.as_deref())
        }
        Token::Open { .. } | Token::Close | Token::End => Err(misplaced("DELETE")),
    }
}

/// The member behind a name, if a left parenthesis follows it directly.
fn member<S: Services>(
    scanner: &mut Scanner,
    pages: &mut Pages,
    services: &mut S,
) -> Result<Option<String>, Rejected<S::Error>> {
    if scanner.peek(pages, services)? != Some(&Token::Open { joined: true }) {
        return Ok(None);
    }
    scanner.next(pages, services)?;
    match (scanner.next(pages, services)?, scanner.next(pages, services)?) {
        (Some(Token::Word(member)), Some(Token::Close)) => Ok(Some(member)),
        _ => Err(misplaced("DELETE")),
    }
}

fn entry_of<E>(name: &str, member: Option<&str>) -> Result<Entry, Rejected<E>> {
    if name.contains(['*', '%']) || member.is_some_and(|member| member.contains(['*', '%'])) {
        return Err(Rejected::NotEmulated("DELETE WITH A GENERIC NAME".to_owned()));
    }
    let restricted = |item: &str| Rejected::Syntax(idcams::IDC3203I.with(&[&item]));
    let member = member.map(|member| MemberName::new(member).map_err(|_| restricted(member))).transpose()?;
    Ok(Entry { name: DataSetName::new(name).map_err(|_| restricted(name))?, member })
}

fn misplaced<E>(command: &str) -> Rejected<E> {
    Rejected::Syntax(own::ZJB212E.with(&[&command]))
}

impl Request {
    fn option<E>(&mut self, word: &str) -> Result<(), Rejected<E>> {
        match word {
            "NONVSAM" | "NVSAM" => self.non_vsam = true,
            "GENERATIONDATAGROUP" | "GDG" => self.group = true,
            "FORCE" | "FRC" => self.force = true,
            "PURGE" | "PRG" => self.purge = true,
            _ if WITHOUT_EFFECT.contains(&word) => {}
            _ if NOT_EMULATED.contains(&word) => return Err(Rejected::NotEmulated(format!("DELETE {word}"))),
            _ => return Err(Rejected::Syntax(idcams::IDC3211I.with(&[&word]))),
        }
        Ok(())
    }

    /// Deletes all entries; gives the highest condition code.
    pub(super) fn run<S: Services>(&self, pages: &mut Pages, services: &mut S) -> Result<u16, S::Error> {
        let mut highest = 0;
        for entry in &self.entries {
            highest = highest.max(self.entry(entry, pages, services)?);
        }
        Ok(highest)
    }

    fn entry<S: Services>(&self, entry: &Entry, pages: &mut Pages, services: &mut S) -> Result<u16, S::Error> {
        let kind = services.entry(&entry.name)?;
        let deleted = match (kind, &entry.member) {
            (Some(EntryKind::Group), None) if !self.non_vsam => return self.group(&entry.name, pages, services),
            (_, None) if self.group => Deleted::NotFound,
            (_, member) => services.delete(&entry.name, member.as_ref(), self.purge)?,
        };
        let letter = if kind == Some(EntryKind::Generation) { GENERATION } else { NON_VSAM };
        self.report(entry, letter, deleted, pages, services)?;
        Ok(if deleted == Deleted::Done { 0 } else { IN_PART })
    }

    /// A group goes when it is empty, or with FORCE.
    fn group<S: Services>(&self, base: &DataSetName, pages: &mut Pages, services: &mut S) -> Result<u16, S::Error> {
        match services.delete_group(base, self.force)? {
            GroupDeleted::Done(generations) => {
                for generation in &generations {
                    pages.first(services, &idcams::IDC0550I.with(&[&GENERATION, generation]))?;
                }
                pages.first(services, &idcams::IDC0550I.with(&[&GROUP, base]))?;
                Ok(0)
            }
            GroupDeleted::NotEmpty | GroupDeleted::NotFound => {
                pages.first(services, &own::ZJB160E.with(&[base]))?;
                pages.next(services, &idcams::IDC0551I.with(&[base]))?;
                Ok(IN_PART)
            }
        }
    }

    fn report<S: Services>(
        &self,
        entry: &Entry,
        letter: char,
        deleted: Deleted,
        pages: &mut Pages,
        services: &mut S,
    ) -> Result<(), S::Error> {
        let name = &entry.name;
        match (deleted, &entry.member) {
            (Deleted::Done, None) => pages.first(services, &idcams::IDC0550I.with(&[&letter, name])),
            (Deleted::Done, Some(member)) => pages.first(services, &idcams::IDC0549I.with(&[member])),
            (Deleted::MemberNotFound, member) => {
                let member = member.as_ref().map_or("", MemberName::as_str);
                pages.first(services, &idcams::IDC3302I.with(&[name]))?;
                pages.next(services, &idcams::IDC3330I.with(&[&member]))?;
                pages.next(services, &entry.not_deleted())
            }
            (Deleted::NotFound, None) if self.non_vsam => {
                pages.wrapped(services, &idcams::IKJ56228I.with(&[name]))?;
                pages.next(services, &entry.not_deleted())
            }
            (Deleted::NotFound, None) => {
                let (code, reason) = NO_ENTRY;
                pages.first(services, &idcams::IDC3012I.with(&[name]))?;
                pages.next(services, &idcams::IDC3009I.with(&[&code, &reason]))?;
                pages.next(services, &entry.not_deleted())
            }
            (Deleted::NotFound, Some(_)) => {
                pages.first(services, &own::ZJB216E.with(&[name]))?;
                pages.next(services, &entry.not_deleted())
            }
            (Deleted::NotExpired, _) => {
                pages.first(services, &own::ZJB161E.with(&[name]))?;
                pages.next(services, &entry.not_deleted())
            }
            (Deleted::InUse, _) => {
                pages.first(services, &own::ZJB217E.with(&[name]))?;
                pages.next(services, &entry.not_deleted())
            }
        }
    }
}

impl Entry {
    fn not_deleted(&self) -> Message {
        match &self.member {
            None => idcams::IDC0551I.with(&[&self.name]),
            Some(member) => idcams::IDC0548I.with(&[member]),
        }
    }
}
