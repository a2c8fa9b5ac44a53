//! Jobs and their steps as they will run: in-stream and cataloged procedures with their defaults, the values of the
//! call, and the DDs that override or add to theirs.
//!
//! Border: what advice needs, no more. Whether a call is right is the converter's to say; a procedure that is nowhere
//! to be found has no steps, and one that nobody calls is read with its defaults.

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;

use crate::jcl::symbol::{Value as SymbolValue, substitute};
use crate::jcl::{Deck, Jcl, Kind, Operand, Position, Statement, Value, Verb, grammar};
use crate::job::convert::ProcedureLibraries;

use super::source::Source;
use super::view::{Coded, Dd, Field, Job, Step};

#[cfg(test)]
mod tests;

/// Longest value of a symbol (JCL reference); a longer one is not filled in.
const MAX_SYMBOL: usize = 255;
/// Deepest nesting of procedures (JCL reference).
const MAX_DEPTH: usize = 15;
/// Most steps that the procedures of a deck may bring in, so that calls of calls come to an end.
const MAX_STEPS: usize = 4096;

type Symbols = HashMap<String, String>;

/// The jobs of a deck. Statements before the first JOB statement are no job, but for a deck without any.
pub(super) fn jobs<'v>(source: &'v Source<'v>, user: &str, libraries: &dyn ProcedureLibraries) -> Vec<Job<'v>> {
    let mut reader = Reader {
        libraries,
        symbols: HashMap::from([("SYSUID".to_owned(), user.to_owned())]),
        jobs: Vec::new(),
        procedures: HashMap::new(),
        open: None,
        call: None,
        last: None,
        private: Vec::new(),
        room: MAX_STEPS,
    };
    let (statements, end) = (&source.deck.statements, source.deck.cards.len());
    for (number, statement) in statements.iter().enumerate() {
        reader.statement(statements, number, statement, end);
    }
    reader.close(statements, statements.len());
    reader.uncalled();
    reader.jobs.iter_mut().for_each(Job::index);
    reader.jobs
}

/// A procedure in the deck.
struct Procedure<'v> {
    statements: &'v [Statement<'v>],
    is_called: bool,
}

/// The steps of the call whose DDs are being read.
struct Call {
    steps: Range<usize>,
    /// The step to which a DD without a qualifier belongs.
    current: usize,
}

struct Reader<'v, 'l> {
    libraries: &'l dyn ProcedureLibraries,
    symbols: Symbols,
    jobs: Vec<Job<'v>>,
    procedures: HashMap<&'v str, Procedure<'v>>,
    /// Name and first statement of the procedure that is being defined.
    open: Option<(&'v str, usize)>,
    call: Option<Call>,
    /// Step and DD that were read last.
    last: Option<(usize, usize)>,
    /// JCLLIB.
    private: Vec<String>,
    room: usize,
}

impl<'v> Reader<'v, '_> {
    fn statement(&mut self, all: &'v [Statement<'v>], number: usize, statement: &'v Statement<'v>, end: usize) {
        let card = statement.cards.start;
        match &statement.kind {
            Kind::Jcl(jcl) if jcl.verb == Verb::Job => {
                self.close(all, number);
                self.uncalled();
                if let Some(last) = self.jobs.last_mut() {
                    last.cards.end = card;
                }
                self.jobs.push(Job::new(card..end));
                (self.call, self.last, self.private) = (None, None, Vec::new());
            }
            Kind::Jcl(jcl) if jcl.verb == Verb::Proc => {
                self.close(all, number);
                self.open = Some((jcl.name, number));
            }
            Kind::Jcl(jcl) if jcl.verb == Verb::Pend => self.close(all, number),
            _ if self.open.is_some() => {}
            Kind::Jcl(jcl) => {
                // A deck whose JOB card is broken is looked at all the same.
                if self.jobs.is_empty() && matches!(jcl.verb, Verb::Exec) {
                    self.jobs.push(Job::new(0..end));
                }
                if !self.jobs.is_empty() {
                    self.jcl(jcl, card);
                }
            }
            Kind::Data(data) if !data.generated => self.data(card..card + data.records),
            _ => {}
        }
    }

    /// Keeps the procedure that was being defined, which ends before statement `end`.
    fn close(&mut self, all: &'v [Statement<'v>], end: usize) {
        if let Some((name, start)) = self.open.take() {
            let statements = all.get(start..end).unwrap_or(&[]);
            self.procedures.insert(name, Procedure { statements, is_called: false });
        }
    }

    /// The steps of procedures that nobody called.
    fn uncalled(&mut self) {
        let mut left: Vec<&'v [Statement<'v>]> = Vec::new();
        left.extend(self.procedures.drain().filter(|(_, kept)| !kept.is_called).map(|(_, kept)| kept.statements));
        left.sort_by_key(|statements| statements.first().map(|first| first.cards.start));
        for statements in left {
            if self.jobs.is_empty() {
                let end = statements.last().map_or(0, |last| last.cards.end);
                self.jobs.push(Job::new(0..end));
            }
            let mut symbols = self.symbols.clone();
            let steps = self.steps(statements, &mut symbols, &[], 0);
            if let Some(job) = self.jobs.last_mut() {
                job.steps.extend(steps);
            }
        }
    }

    fn jcl(&mut self, jcl: &'v Jcl<'v>, card: usize) {
        let field = field(jcl, &self.symbols);
        match jcl.verb {
            Verb::Exec => self.exec(jcl, field, card),
            Verb::Dd => self.dd(jcl, field, card),
            Verb::Set => assign(&field, &mut self.symbols),
            Verb::Jcllib => {
                let order = field.value(&["ORDER"]).map(Value::items);
                let text = field.text.as_str();
                let names = order.into_iter().flat_map(|order| order.iter().map(|(_, item)| item.span().of(text)));
                self.private = names.map(|name| name.replace('\'', "")).collect();
            }
            _ => {}
        }
    }

    fn exec(&mut self, jcl: &'v Jcl<'v>, field: Field<'v>, card: usize) {
        let called = procedure_name(&field);
        let steps = called.and_then(|name| {
            let mut symbols = self.symbols.clone();
            self.called(&name, &field, card, &mut symbols, 0)
        });
        let Some(job) = self.jobs.last_mut() else { return };
        let start = job.steps.len();
        match steps {
            Some(steps) if !steps.is_empty() => {
                job.steps.extend(steps);
                self.call = Some(Call { steps: start..job.steps.len(), current: start });
            }
            _ => {
                job.steps.push(step(jcl, field, card));
                self.call = None;
            }
        }
        self.last = None;
    }

    fn dd(&mut self, jcl: &'v Jcl<'v>, field: Field<'v>, card: usize) {
        let Some(job) = self.jobs.last_mut() else { return };
        let (qualifier, name) = match jcl.name.rsplit_once('.') {
            Some((qualifier, name)) if self.call.is_some() => (Some(qualifier), name),
            _ => (None, jcl.name),
        };
        let at = match &mut self.call {
            Some(call) => {
                let named = |at: &usize| qualifier.is_some_and(|name| job.steps[*at].name == name);
                call.current = call.steps.clone().find(named).unwrap_or(call.current);
                call.current
            }
            None => job.steps.len().wrapping_sub(1),
        };
        let Some(step) = job.steps.get_mut(at) else { return };
        let overrides = self.call.is_some();
        let name = if name.is_empty() {
            self.last.and_then(|(_, dd)| step.dds.get(dd)).map_or(Cow::Borrowed(""), |dd| dd.name.clone())
        } else {
            // What a DD of the procedure says goes, but for one that holds its place.
            if overrides && !field.operands.is_empty() {
                step.dds.retain(|dd| dd.name != name);
            }
            Cow::Borrowed(name)
        };
        step.dds.push(Dd { name, field, overrides, in_library: false, card, data: None });
        self.last = Some((at, step.dds.len() - 1));
    }

    fn data(&mut self, cards: Range<usize>) {
        let Some((step, dd)) = self.last else { return };
        let dd = self.jobs.last_mut().and_then(|job| job.steps.get_mut(step)).and_then(|step| step.dds.get_mut(dd));
        if let Some(dd) = dd.filter(|dd| matches!(dd.field.positional(), Some("*" | "DATA"))) {
            dd.data.get_or_insert(cards);
        }
    }

    /// The steps of the procedure `name`; none if there is no such procedure.
    fn called(
        &mut self,
        name: &str,
        call: &Field<'_>,
        card: usize,
        symbols: &mut Symbols,
        depth: usize,
    ) -> Option<Vec<Step<'v>>> {
        if depth >= MAX_DEPTH || self.room == 0 {
            return None;
        }
        let values = values(call);
        let mut steps = if let Some(procedure) = self.procedures.get_mut(name) {
            procedure.is_called = true;
            let statements = procedure.statements;
            self.steps(statements, symbols, &values, depth)
        } else {
            let libraries = self.private.iter().chain(self.libraries.system());
            let text = libraries.clone().find_map(|library| self.libraries.member(library, name))?;
            let deck = Deck::read(&text);
            let steps = self.steps(&deck.statements, symbols, &values, depth);
            steps.into_iter().map(|step| moved(step, card)).collect()
        };
        for (at, step) in steps.iter_mut().enumerate() {
            let of_step = call.coded(&[&format!("PARM.{}", step.name)]);
            let of_call = call.coded(&["PARM"]).filter(|_| at == 0);
            step.parm = of_step.or(of_call).or(step.parm.take());
        }
        Some(steps)
    }

    /// The steps of a procedure whose PROC statement comes first, if it has one.
    fn steps<'x>(
        &mut self,
        statements: &'x [Statement<'x>],
        symbols: &mut Symbols,
        values: &[(String, String)],
        depth: usize,
    ) -> Vec<Step<'x>>
    where
        'v: 'x,
    {
        let mut steps: Vec<Step<'x>> = Vec::new();
        for statement in statements {
            let card = statement.cards.start;
            match &statement.kind {
                Kind::Jcl(jcl) => {
                    let field = field(jcl, symbols);
                    match jcl.verb {
                        Verb::Proc => {
                            assign(&field, symbols);
                            symbols.extend(values.iter().cloned());
                        }
                        Verb::Set => assign(&field, symbols),
                        Verb::Exec if self.room == 0 => return steps,
                        Verb::Exec => {
                            self.room -= 1;
                            let inner = procedure_name(&field).and_then(|name| {
                                let mut symbols = symbols.clone();
                                self.called(&name, &field, card, &mut symbols, depth + 1)
                            });
                            match inner {
                                Some(inner) if !inner.is_empty() => steps.extend(inner),
                                _ => steps.push(step(jcl, field, card)),
                            }
                        }
                        Verb::Dd => {
                            let Some(step) = steps.last_mut() else { continue };
                            let before = step.dds.last().map_or(Cow::Borrowed(""), |dd| dd.name.clone());
                            let name = if jcl.name.is_empty() { before } else { Cow::Borrowed(jcl.name) };
                            let dd = Dd { name, field, overrides: false, in_library: false, card, data: None };
                            step.dds.push(dd);
                        }
                        _ => {}
                    }
                }
                Kind::Data(data) if !data.generated => {
                    let dd = steps.last_mut().and_then(|step| step.dds.last_mut());
                    if let Some(dd) = dd.filter(|dd| matches!(dd.field.positional(), Some("*" | "DATA"))) {
                        dd.data.get_or_insert(card..card + data.records);
                    }
                }
                _ => {}
            }
        }
        steps
    }
}

fn step<'v>(jcl: &'v Jcl<'v>, field: Field<'v>, card: usize) -> Step<'v> {
    let (program, parm) = (field.coded(&["PGM"]), field.coded(&["PARM"]));
    Step { name: Cow::Borrowed(jcl.name), program, parm, field, card, dds: Vec::new() }
}

/// The procedure that an EXEC statement calls.
fn procedure_name(field: &Field<'_>) -> Option<String> {
    match field.coded(&["PROC"]) {
        Some(named) => Some(named.text),
        None => field.positional().map(str::to_owned),
    }
}

/// The keywords of a call that are symbols of the procedure, and some that are not.
fn values(call: &Field<'_>) -> Vec<(String, String)> {
    let mut symbols = Symbols::new();
    assign(call, &mut symbols);
    symbols.into_iter().collect()
}

/// `NAME=value` operands become symbols.
fn assign(field: &Field<'_>, symbols: &mut Symbols) {
    let text = field.text.as_str();
    for Operand { keyword, value } in &field.operands {
        let Some(keyword) = keyword else { continue };
        let value = match value {
            Value::Word(word) => word.value(text).into_owned(),
            other => other.span().of(text).to_owned(),
        };
        if value.len() <= MAX_SYMBOL {
            symbols.insert(keyword.of(text).to_owned(), value);
        }
    }
}

/// A step of a library, shown at the card that calls it. Its in-stream data is not in the deck.
fn moved(step: Step<'_>, card: usize) -> Step<'static> {
    let coded = |coded: Option<Coded>| {
        let at = Position { card: u32::try_from(card + 1).unwrap_or(u32::MAX), column: 1 };
        coded.map(|coded| Coded { at, columns: 1, ..coded })
    };
    let owned = |field: Field<'_>| {
        let mut text = field.text.empty_copy();
        text.copy(&field.text, 0..field.text.as_str().len());
        Field { text, operands: field.operands }
    };
    let dd = |dd: Dd<'_>| Dd {
        name: Cow::Owned(dd.name.into_owned()),
        field: owned(dd.field),
        overrides: dd.overrides,
        in_library: true,
        card,
        data: None,
    };
    Step {
        name: Cow::Owned(step.name.into_owned()),
        field: owned(step.field),
        card,
        program: coded(step.program),
        parm: coded(step.parm),
        dds: step.dds.into_iter().map(dd).collect(),
    }
}

fn field<'v>(jcl: &'v Jcl<'v>, symbols: &Symbols) -> Field<'v> {
    let typed = || jcl.operands.clone().unwrap_or_default();
    match substitute(&jcl.text, |name| symbols.get(name).map(|text| SymbolValue::whole(text))) {
        Some(result) if result.changed => {
            let operands = grammar::operands(result.text.as_str()).unwrap_or_default();
            Field { text: result.text, operands }
        }
        _ => Field { text: jcl.text.clone(), operands: typed() },
    }
}
