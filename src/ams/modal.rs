//! The processor: modal commands (IF, THEN, ELSE, DO, END, SET) and condition codes, with functions in between.
//!
//! Border: decides which commands count; what a function does is its own module's matter.

use jiff::civil::DateTime;

use crate::message::{idcams, own};

use super::listing::Pages;
use super::scan::{Before, Scanner, Token};
use super::{NOT_DONE, Rejected, SEVERE, Services};
use super::{define, delete, listcat, repro};

/// Deepest nest of IF commands ("Access Method Services Commands").
const DEEPEST_NEST: usize = 10;

/// Functions that the host knows and zjob does not emulate, with their abbreviations.
const NOT_EMULATED: &[&str] = &[
    "ALLOCATE", "ALLOC", "ALTER", "BLDINDEX", "BIX", "CREATE", "DCOLLECT", "DIAGNOSE", "DIAG", "EXAMINE", "EXPORT",
    "EXP", "IMPORT", "IMP", "LISTDATA", "PARM", "PRINT", "SETCACHE", "SHCDS", "VERIFY", "VFY",
];

/// Carries out the commands of one run.
#[derive(Debug)]
pub struct Processor {
    scanner: Scanner,
    pages: Pages,
    last: u16,
    max: u16,
    /// A code of 16 ends everything.
    over: bool,
}

/// Is a command carried out, or only read?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    Do,
    Bypass,
}

impl Mode {
    /// Inside a clause that counts only if `condition` holds.
    fn and(self, condition: bool) -> Self {
        if condition { self } else { Self::Bypass }
    }
}

impl Processor {
    /// A run whose headings show this time.
    pub fn new(started: DateTime) -> Self {
        Self { scanner: Scanner::new(), pages: Pages::new(started), last: 0, max: 0, over: false }
    }

    /// Reads and carries out all commands; gives the highest condition code.
    pub fn run<S: Services>(mut self, services: &mut S) -> Result<u16, S::Error> {
        while !self.over {
            let done = match self.take(services) {
                Ok(None) => break,
                Ok(Some(first)) => self.command(services, first, Mode::Do, 0),
                Err(rejected) => Err(rejected),
            };
            if let Err(rejected) = done {
                self.reject(services, rejected)?;
            }
        }
        self.pages.first(services, &idcams::IDC0002I.with(&[&self.max]))?;
        Ok(self.max)
    }

    /// One command that starts with `first`, up to its end.
    fn command<S: Services>(
        &mut self,
        services: &mut S,
        first: Token,
        mode: Mode,
        depth: usize,
    ) -> Result<(), Rejected<S::Error>> {
        match first {
            Token::End => Ok(()),
            Token::Word(verb) => match verb.as_str() {
                "IF" => self.conditional(services, mode, depth),
                "SET" => self.set(services, mode),
                "DO" | "END" | "ELSE" | "THEN" => Err(misplaced(&verb)),
                _ => {
                    let done = self.function(services, &verb, mode);
                    self.recover(services, done)?;
                    self.scanner.before = Before::Function;
                    Ok(())
                }
            },
            Token::Quoted(_) | Token::Open { .. } | Token::Close => {
                let wrong = Rejected::Syntax(own::ZJB212E.with(&[&"THE FIRST WORD OF A COMMAND"]));
                self.recover(services, Err(wrong))
            }
        }
    }

    /// After a wrong function the next command counts all the same, also inside DO and END.
    fn recover<S: Services>(
        &mut self,
        services: &mut S,
        done: Result<(), Rejected<S::Error>>,
    ) -> Result<(), Rejected<S::Error>> {
        match done {
            Err(rejected @ (Rejected::Syntax(_) | Rejected::NotEmulated(_))) => Ok(self.reject(services, rejected)?),
            done => done,
        }
    }

    fn function<S: Services>(&mut self, services: &mut S, verb: &str, mode: Mode) -> Result<(), Rejected<S::Error>> {
        let known = matches!(verb, "DELETE" | "DEL" | "DEFINE" | "DEF" | "LISTCAT" | "LISTC" | "REPRO");
        if !known && !NOT_EMULATED.contains(&verb) {
            self.explain_margins(services, verb);
            return Err(Rejected::Syntax(idcams::IDC3219I.with(&[&verb])));
        }
        if mode == Mode::Bypass {
            self.scanner.skip(&mut self.pages, services)?;
            return Ok(self.pages.first(services, &idcams::IDC0204I.plain())?);
        }
        if !known {
            return Err(Rejected::NotEmulated(verb.to_owned()));
        }
        let (scanner, pages) = (&mut self.scanner, &mut self.pages);
        let code = match verb {
            "DEFINE" | "DEF" => define::parse(scanner, pages, services)?.run(pages, services)?,
            "LISTCAT" | "LISTC" => listcat::parse(scanner, pages, services)?.run(pages, services)?,
            "REPRO" => repro::parse(scanner, pages, services)?.run(pages, services)?,
            _ => delete::parse(scanner, pages, services)?.run(pages, services)?,
        };
        if code >= NOT_DONE {
            self.pages.first(services, &idcams::IDC3003I.with(&[&code]))?;
        } else {
            self.pages.first(services, &idcams::IDC0001I.with(&[&code]))?;
        }
        self.ended_with(code);
        Ok(())
    }

    /// `IF LASTCC|MAXCC operator number THEN clause [ELSE clause]`.
    fn conditional<S: Services>(
        &mut self,
        services: &mut S,
        mode: Mode,
        depth: usize,
    ) -> Result<(), Rejected<S::Error>> {
        if depth == DEEPEST_NEST {
            return Err(Rejected::Modal(own::ZJB222E.with(&[&DEEPEST_NEST])));
        }
        let variable = self.variable(services, "IF")?;
        let operator = self.modal_word(services, "IF")?;
        let number = self.number(services, "IF")?;
        let value = if variable == Variable::Last { self.last } else { self.max };
        let holds = compare(&operator, value, number).ok_or_else(|| wrong("IF", &operator))?;
        match self.modal_word(services, "IF")?.as_str() {
            "THEN" => {}
            other => return Err(wrong("IF", other)),
        }
        self.clause(services, mode.and(holds), depth + 1)?;
        if self.over || !self.at_word(services, "ELSE")? {
            return Ok(());
        }
        self.take(services)?;
        self.clause(services, mode.and(!holds), depth + 1)
    }

    /// What follows THEN or ELSE: nothing, one command, or DO to END.
    fn clause<S: Services>(&mut self, services: &mut S, mode: Mode, depth: usize) -> Result<(), Rejected<S::Error>> {
        match self.take(services) {
            Ok(None | Some(Token::End)) => {
                self.scanner.before = Before::Modal;
                Ok(())
            }
            Ok(Some(Token::Word(word))) if word == "DO" => self.block(services, mode, depth),
            Ok(Some(first)) => self.command(services, first, mode, depth),
            Err(rejected) => self.recover(services, Err(rejected)),
        }
    }

    /// The commands from DO to END.
    fn block<S: Services>(&mut self, services: &mut S, mode: Mode, depth: usize) -> Result<(), Rejected<S::Error>> {
        self.end_of_modal(services, "DO")?;
        while !self.over {
            match self.take(services) {
                Ok(None) => return Err(Rejected::Modal(own::ZJB223E.plain())),
                Ok(Some(Token::Word(word))) if word == "END" => return self.end_of_modal(services, "END"),
                Ok(Some(first)) => self.command(services, first, mode, depth)?,
                Err(rejected) => self.recover(services, Err(rejected))?,
            }
        }
        Ok(())
    }

    /// `SET LASTCC|MAXCC=number`.
    fn set<S: Services>(&mut self, services: &mut S, mode: Mode) -> Result<(), Rejected<S::Error>> {
        let variable = self.variable(services, "SET")?;
        match self.modal_word(services, "SET")?.as_str() {
            "=" => {}
            other => return Err(wrong("SET", other)),
        }
        let number = self.number(services, "SET")?;
        self.end_of_modal(services, "SET")?;
        if mode == Mode::Do {
            match variable {
                Variable::Last => self.ended_with(number),
                Variable::Max => self.max = number,
            }
            self.over = number == SEVERE;
        }
        Ok(())
    }

    fn ended_with(&mut self, code: u16) {
        self.last = code;
        self.max = self.max.max(code);
        self.over |= code >= SEVERE;
    }

    /// Takes the end of a modal command.
    fn end_of_modal<S: Services>(&mut self, services: &mut S, command: &str) -> Result<(), Rejected<S::Error>> {
        self.scanner.before = Before::Modal;
        match self.take(services)? {
            None | Some(Token::End) => Ok(()),
            Some(Token::Word(word)) => Err(wrong(command, &word)),
            Some(_) => Err(wrong(command, "")),
        }
    }

    fn variable<S: Services>(&mut self, services: &mut S, command: &str) -> Result<Variable, Rejected<S::Error>> {
        match self.modal_word(services, command)?.as_str() {
            "LASTCC" => Ok(Variable::Last),
            "MAXCC" => Ok(Variable::Max),
            other => Err(wrong(command, other)),
        }
    }

    /// A condition code; more than 16 counts as 16.
    fn number<S: Services>(&mut self, services: &mut S, command: &str) -> Result<u16, Rejected<S::Error>> {
        let word = self.modal_word(services, command)?;
        if !word.bytes().all(|c| c.is_ascii_digit()) {
            return Err(wrong(command, &word));
        }
        Ok(word.parse().unwrap_or(SEVERE).min(SEVERE))
    }

    fn modal_word<S: Services>(&mut self, services: &mut S, command: &str) -> Result<String, Rejected<S::Error>> {
        match self.take(services) {
            Ok(Some(Token::Word(word))) => Ok(word),
            Ok(_) => Err(wrong(command, "")),
            Err(Rejected::Syntax(message)) => Err(Rejected::Modal(message)),
            Err(rejected) => Err(rejected),
        }
    }

    fn take<S: Services>(&mut self, services: &mut S) -> Result<Option<Token>, Rejected<S::Error>> {
        self.scanner.next(&mut self.pages, services)
    }

    fn at_word<S: Services>(&mut self, services: &mut S, wanted: &str) -> Result<bool, Rejected<S::Error>> {
        let token = self.scanner.peek(&mut self.pages, services)?;
        Ok(matches!(token, Some(Token::Word(word)) if word == wanted))
    }

    /// Tells why a command does not count, and what that means for the ones after it.
    fn reject<S: Services>(&mut self, services: &mut S, rejected: Rejected<S::Error>) -> Result<(), S::Error> {
        match rejected {
            Rejected::Ended(error) => Err(error),
            Rejected::Syntax(message) => {
                self.pages.first(services, &message)?;
                self.scanner.skip(&mut self.pages, services)?;
                self.pages.first(services, &idcams::IDC3202I.plain())?;
                self.not_done();
                Ok(())
            }
            Rejected::NotEmulated(what) => {
                self.scanner.skip(&mut self.pages, services)?;
                self.pages.first(services, &own::ZJB210E.with(&[&what]))?;
                self.not_done();
                Ok(())
            }
            Rejected::Modal(message) => {
                self.pages.first(services, &message)?;
                self.ended_with(SEVERE);
                Ok(())
            }
        }
    }

    fn not_done(&mut self) {
        self.scanner.before = Before::Function;
        self.ended_with(NOT_DONE);
    }

    fn explain_margins<S: Services>(&self, services: &mut S, verb: &str) {
        if let Some(first) = self.scanner.column_one {
            services.explain(&format!(
                "IDCAMS reads columns 2 to 72 only, so the command that was typed as {first}{verb} in column 1 is read \
                 as {verb}. Move it one column to the right."
            ));
        }
    }
}

/// What IF asks for and SET sets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Variable {
    Last,
    Max,
}

fn compare(operator: &str, value: u16, number: u16) -> Option<bool> {
    match operator {
        "=" | "EQ" => Some(value == number),
        "¬=" | "^=" | "NE" => Some(value != number),
        ">" | "GT" => Some(value > number),
        "<" | "LT" => Some(value < number),
        ">=" | "GE" => Some(value >= number),
        "<=" | "LE" => Some(value <= number),
        _ => None,
    }
}

fn wrong<E>(command: &str, word: &str) -> Rejected<E> {
    Rejected::Modal(own::ZJB220E.with(&[&command, &word]))
}

fn misplaced<E>(verb: &str) -> Rejected<E> {
    Rejected::Modal(own::ZJB221E.with(&[&verb]))
}
