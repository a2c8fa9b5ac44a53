//! DEFINE of generation data groups.
//!
//! Border: its parameters, what it does, and its messages. What else DEFINE can make is named as not emulated.

use crate::dataset::DataSetName;
use crate::dataset::group::{MAX_BASE, MAX_LIMIT, MAX_LIMIT_EXTENDED, NewGroup};
use crate::message::{idcams, own};

use super::listing::Pages;
use super::scan::{Scanner, Token};
use super::{NOT_DONE, Rejected, Services};

/// Catalog return code, module and reason of a name that is there already, as listings show them.
const DUPLICATE: (u16, &str) = (8, "IGG0CLEH-38");

/// The group to make.
#[derive(Debug)]
pub(super) struct Request {
    group: NewGroup,
}

/// Parameters as they come.
#[derive(Debug, Default)]
struct Coded {
    name: Option<String>,
    limit: Option<String>,
    scratch: bool,
    empty: bool,
    fifo: bool,
    purge: bool,
    extended: bool,
}

/// Reads the parameters up to the end of the command.
pub(super) fn parse<S: Services>(
    scanner: &mut Scanner,
    pages: &mut Pages,
    services: &mut S,
) -> Result<Request, Rejected<S::Error>> {
    match scanner.next(pages, services)? {
        Some(Token::Word(what)) if matches!(what.as_str(), "GENERATIONDATAGROUP" | "GDG") => {}
        Some(Token::Word(what)) => return Err(Rejected::NotEmulated(format!("DEFINE {what}"))),
        _ => return Err(misplaced()),
    }
    match scanner.next(pages, services)? {
        Some(Token::Open { .. }) => {}
        _ => return Err(misplaced()),
    }
    let mut coded = Coded::default();
    loop {
        match scanner.next(pages, services)? {
            Some(Token::Close) => break,
            Some(Token::Word(word)) => {
                let value = value(scanner, pages, services)?;
                coded.option(&word, value)?;
            }
            _ => return Err(misplaced()),
        }
    }
    match scanner.next(pages, services)? {
        None | Some(Token::End) => coded.group().map(|group| Request { group }),
        Some(Token::Word(word)) => Err(Rejected::NotEmulated(format!("DEFINE GENERATIONDATAGROUP {word}"))),
        Some(_) => Err(misplaced()),
    }
}

/// The value in parentheses behind a keyword, if there is one.
fn value<S: Services>(
    scanner: &mut Scanner,
    pages: &mut Pages,
    services: &mut S,
) -> Result<Option<String>, Rejected<S::Error>> {
    if !matches!(scanner.peek(pages, services)?, Some(Token::Open { .. })) {
        return Ok(None);
    }
    scanner.next(pages, services)?;
    let Some(Token::Word(value) | Token::Quoted(value)) = scanner.next(pages, services)? else {
        return Err(misplaced());
    };
    match scanner.next(pages, services)? {
        Some(Token::Close) => Ok(Some(value)),
        _ => Err(misplaced()),
    }
}

impl Coded {
    fn option<E>(&mut self, word: &str, value: Option<String>) -> Result<(), Rejected<E>> {
        match word {
            "NAME" => self.name = value,
            "LIMIT" | "LIM" => self.limit = value,
            "SCRATCH" | "SCR" => self.scratch = true,
            "NOSCRATCH" | "NSCR" => self.scratch = false,
            "EMPTY" | "EMP" => self.empty = true,
            "NOEMPTY" | "NEMP" => self.empty = false,
            "FIFO" => self.fifo = true,
            "LIFO" => self.fifo = false,
            "PURGE" | "PRG" => self.purge = true,
            "NOPURGE" | "NPRG" => self.purge = false,
            "EXTENDED" | "EXT" => self.extended = true,
            "NOEXTENDED" | "NEXT" => self.extended = false,
            "OWNER" => {}
            "TO" | "FOR" => return Err(Rejected::NotEmulated(format!("DEFINE GENERATIONDATAGROUP {word}"))),
            _ => return Err(Rejected::Syntax(idcams::IDC3211I.with(&[&word]))),
        }
        Ok(())
    }

    fn group<E>(self) -> Result<NewGroup, Rejected<E>> {
        let name = self.name.unwrap_or_default();
        if name.len() > MAX_BASE {
            return Err(Rejected::Syntax(idcams::IDC3523I.plain()));
        }
        let base = DataSetName::new(&name).map_err(|_| Rejected::Syntax(own::ZJB162E.with(&[&"NAME"])))?;
        let most = if self.extended { MAX_LIMIT_EXTENDED } else { MAX_LIMIT };
        let limit = self.limit.and_then(|limit| limit.parse().ok()).filter(|limit| (1..=most).contains(limit));
        let limit = limit.ok_or_else(|| Rejected::Syntax(own::ZJB162E.with(&[&"LIMIT"])))?;
        let Self { scratch, empty, fifo, purge, extended, .. } = self;
        Ok(NewGroup { base, limit, scratch, empty, fifo, purge, extended })
    }
}

fn misplaced<E>() -> Rejected<E> {
    Rejected::Syntax(own::ZJB212E.with(&[&"DEFINE"]))
}

impl Request {
    /// Makes the group; gives the condition code.
    pub(super) fn run<S: Services>(&self, pages: &mut Pages, services: &mut S) -> Result<u16, S::Error> {
        if services.define_group(&self.group)? {
            return Ok(0);
        }
        let (code, reason) = DUPLICATE;
        pages.first(services, &idcams::IDC3013I.plain())?;
        pages.next(services, &idcams::IDC3009I.with(&[&code, &reason]))?;
        Ok(NOT_DONE)
    }
}
