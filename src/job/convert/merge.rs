//! Overrides: the operands of a procedure's statement with those that the calling job puts in their place.
//!
//! Border: operand fields in, one operand field out, by the rules of the JCL reference ("Modifying procedures"). Which
//! statement overrides which is `overrides`' matter.

use crate::jcl::ast::{Items, Operand, Span};
use crate::jcl::card::Position;
use crate::jcl::{Text, Value};

use super::field::Field;

/// Subparameters of DCB that are keywords of DD as well, and AMP: what DUMMY leaves as it is.
const ATTRIBUTES: &[&str] = &[
    "AMP", "BLKSIZE", "BUFNO", "BUFOFF", "DCB", "DEN", "DSORG", "EROPT", "KEYLEN", "KEYOFF", "LRECL", "OPTCD", "RECFM",
    "RECORG", "RKP",
];
const PATH: &[&str] = &["PATH", "PATHDISP", "PATHMODE", "PATHOPTS"];
const STREAM: &[&str] = &["*", "DATA", "DLM", "SYMBOLS"];
/// Parameters of a DD that exclude others: adding the first takes the others away.
const EXCLUDES: &[(&str, &[&str])] = &[
    (
        "SYSOUT",
        &["DSN", "DISP", "DDNAME", "VOL", "LABEL", "EXPDT", "RETPD", "SUBSYS", "DUMMY", "DYNAM", "LIKE", "REFDD"],
    ),
    ("DSN", &["SYSOUT", "DDNAME", "DYNAM"]),
    ("DISP", &["SYSOUT", "DDNAME", "DYNAM"]),
    ("PATH", &["DSN", "DISP", "UNIT", "VOL", "SPACE", "SYSOUT", "DDNAME", "LABEL", "DUMMY", "DYNAM"]),
    ("SUBSYS", &["SYSOUT", "DDNAME", "DUMMY", "DYNAM"]),
    ("VOL", &["SYSOUT", "DDNAME"]),
    ("LABEL", &["SYSOUT", "DDNAME"]),
    ("EXPDT", &["SYSOUT", "DDNAME", "RETPD"]),
    ("RETPD", &["SYSOUT", "DDNAME", "EXPDT"]),
    ("UNIT", &["DDNAME"]),
    ("SPACE", &["DDNAME"]),
];
/// Parameters beside which in-stream data and z/OS UNIX files go.
const TAKE_STREAM_AWAY: &[&str] = &["SYSOUT", "DSN", "DISP", "PATH", "SUBSYS", "DDNAME"];
const TAKE_PATH_AWAY: &[&str] = &["SYSOUT", "DSN", "DISP", "DDNAME"];

/// A field whose characters may have to be told by another place: those of a library member have none in the deck.
#[derive(Clone, Copy)]
pub(super) struct Side<'f, 'd> {
    /// The field.
    pub(super) field: &'f Field<'d>,
    /// The place to be told instead.
    pub(super) anchor: Option<Position>,
}

impl Side<'_, '_> {
    fn text(&self) -> &str {
        self.field.text.as_str()
    }

    fn of(&self, span: Span) -> &str {
        span.of(self.text())
    }

    fn at(&self, offset: u32) -> Position {
        self.anchor.unwrap_or_else(|| self.field.text.position(offset as usize))
    }

    fn keywords(&self) -> impl Iterator<Item = (&str, &Operand)> {
        let named = |operand: &Operand| operand.keyword.map(|keyword| canonical(self.of(keyword)));
        self.field.operands().iter().filter_map(move |operand| Some((named(operand)?, operand)))
    }

    fn positional(&self) -> Option<(&str, &Operand)> {
        let first = self.field.operands().first()?;
        let is_one = first.keyword.is_none() && !first.value.is_empty();
        is_one.then(|| (self.of(first.value.span()), first))
    }
}

/// One name for keywords that have two.
fn canonical(keyword: &str) -> &str {
    match keyword {
        "DSNAME" => "DSN",
        "VOLUME" => "VOL",
        other => other,
    }
}

/// A field as it is put together.
struct Writer<'d> {
    text: Text<'d>,
    is_first: bool,
}

impl Writer<'_> {
    fn new(like: &Field<'_>) -> Self {
        Self { text: like.text.empty_copy(), is_first: true }
    }

    fn separator(&mut self, at: Position) {
        if !std::mem::replace(&mut self.is_first, false) {
            self.text.push(",", at);
        }
    }

    fn operand(&mut self, side: Side<'_, '_>, span: Span) {
        self.separator(side.at(span.start));
        self.piece(side, span);
    }

    fn piece(&mut self, side: Side<'_, '_>, span: Span) {
        match side.anchor {
            Some(anchor) => self.text.push(side.of(span), anchor),
            None => self.text.copy(&side.field.text, span.start as usize..span.end as usize),
        }
    }
}

/// The DD statement of a procedure, `body`, as `over` changes it.
pub(super) fn dd<'d>(body: Side<'_, 'd>, over: Side<'_, 'd>) -> Field<'d> {
    if over.field.operands().is_empty() {
        return body.field.clone();
    }
    let mut out = Writer::new(over.field);
    let added: Vec<&str> =
        over.keywords().filter(|(_, operand)| !operand.value.is_empty()).map(|(name, _)| name).collect();
    let coded: Vec<&str> = over.keywords().map(|(name, _)| name).collect();
    let positional = over.positional().map(|(name, _)| name);
    let dsn_is_null_file =
        over.keywords().any(|(name, operand)| name == "DSN" && over.of(operand.value.span()) == "NULLFILE");
    let is_gone = |name: &str| {
        coded.contains(&name)
            || added.iter().any(|added| excludes(added, name))
            || (positional.is_some() && !ATTRIBUTES.contains(&name))
            || (name == "DUMMY" && added.contains(&"DSN") && !dsn_is_null_file)
    };
    match (over.positional(), body.positional()) {
        (Some((_, operand)), _) => out.operand(over, operand.span()),
        (None, Some((name, operand))) if !is_gone(name) => out.operand(body, operand.span()),
        _ => {}
    }
    let dcb_of =
        |side: Side<'_, 'd>| side.keywords().find(|(name, _)| *name == "DCB").map(|(_, operand)| operand.value.clone());
    let (body_dcb, over_dcb) = (dcb_of(body), dcb_of(over));
    let over_sub = subparameters(over, over_dcb.as_ref());
    for (name, operand) in body.keywords() {
        let is_subparameter_now = over_sub.iter().any(|(sub, _)| *sub == Some(name));
        if name != "DCB" && !is_gone(name) && !is_subparameter_now {
            out.operand(body, operand.span());
        }
    }
    dcb(&mut out, (body, body_dcb.as_ref()), (over, over_dcb.as_ref()), &added);
    for (name, operand) in over.keywords() {
        if name != "DCB" && !operand.value.is_empty() {
            out.operand(over, operand.span());
        }
    }
    Field::made(out.text, body.field.substituted || over.field.substituted)
}

/// The OUTPUT statement of a procedure, `body`, as `over` changes it.
pub(super) fn output<'d>(body: Side<'_, 'd>, over: Side<'_, 'd>) -> Field<'d> {
    let mut out = Writer::new(over.field);
    let coded: Vec<&str> = over.keywords().map(|(name, _)| name).collect();
    for (_, operand) in body.keywords().filter(|(name, _)| !coded.contains(name)) {
        out.operand(body, operand.span());
    }
    for (_, operand) in over.keywords().filter(|(_, operand)| !operand.value.is_empty()) {
        out.operand(over, operand.span());
    }
    Field::made(out.text, body.field.substituted || over.field.substituted)
}

fn excludes(added: &str, name: &str) -> bool {
    EXCLUDES.iter().any(|(keyword, others)| *keyword == added && others.contains(&name))
        || (STREAM.contains(&name) && TAKE_STREAM_AWAY.contains(&added))
        || (PATH.contains(&name) && TAKE_PATH_AWAY.contains(&added))
        || (added == "DDNAME" && name != "DDNAME" && !ATTRIBUTES.contains(&name))
}

/// Keyword, if it has one, and whole span of each subparameter.
fn subparameters<'t>(side: Side<'t, '_>, value: Option<&Value>) -> Vec<(Option<&'t str>, Span)> {
    let Some(value) = value else { return Vec::new() };
    let text = side.field.text.as_str();
    let items = match value.items() {
        Items::None => return Vec::new(),
        Items::One(value) => return vec![(None, value.span())],
        Items::List(items) => items,
    };
    items.iter().map(|item| (item.keyword.map(|keyword| keyword.of(text)), item.span())).collect()
}

/// DCB subparameter by subparameter: those of `over` count, the positional one only if `over` has it.
fn dcb<'d>(
    out: &mut Writer<'d>,
    (body, body_value): (Side<'_, 'd>, Option<&Value>),
    (over, over_value): (Side<'_, 'd>, Option<&Value>),
    added: &[&str],
) {
    let over_sub = subparameters(over, over_value);
    let codes_some = !over_sub.is_empty();
    let keeps = |name: Option<&str>| match name {
        None => !codes_some,
        Some(name) => !over_sub.iter().any(|(other, _)| *other == Some(name)) && !added.contains(&name),
    };
    let has_value = |side: Side<'_, 'd>, span: Span| !side.of(span).ends_with('=') && !side.of(span).is_empty();
    let of_body = subparameters(body, body_value)
        .into_iter()
        .filter(|(name, _)| keeps(*name))
        .map(|(name, span)| (name, body, span));
    let of_over = over_sub.iter().map(|&(name, span)| (name, over, span));
    let mut all: Vec<_> = of_body.chain(of_over).filter(|&(_, side, span)| has_value(side, span)).collect();
    // The positional subparameter stands first.
    all.sort_by_key(|(name, ..)| name.is_some());
    let Some(&(_, side, span)) = all.first() else { return };
    let at = side.at(span.start);
    out.separator(at);
    out.text.push("DCB=(", at);
    for (index, &(_, side, span)) in all.iter().enumerate() {
        if index > 0 {
            out.text.push(",", side.at(span.start));
        }
        out.piece(side, span);
    }
    out.text.push(")", at);
}

/// A keyword that EXEC gives to the steps of the procedure which it calls.
#[derive(Debug, Clone)]
pub(super) struct Given {
    /// The keyword, without the step.
    pub(super) keyword: String,
    /// The step; none if it is for all, or for the first.
    pub(super) step: Option<String>,
    /// The value as coded; empty if it takes the procedure's one away.
    pub(super) value: String,
    /// Where the value stands.
    pub(super) at: Position,
}

/// The EXEC statement of a procedure with what the calling one gives to it. `removed` tells keywords that go.
pub(super) fn exec<'d>(body: Side<'_, 'd>, given: &[&Given], removed: &[&str]) -> Field<'d> {
    if given.is_empty() && removed.is_empty() {
        return body.field.clone();
    }
    let mut out = Writer::new(body.field);
    for operand in body.field.operands() {
        let keyword = operand.keyword.map(|keyword| body.of(keyword));
        let is_gone = |keyword: &str| removed.contains(&keyword) || given.iter().any(|given| given.keyword == keyword);
        if !keyword.is_some_and(is_gone) {
            out.operand(body, operand.span());
        }
    }
    for given in given.iter().filter(|given| !given.value.is_empty()) {
        out.separator(given.at);
        out.text.push(&given.keyword, given.at);
        out.text.push("=", given.at);
        out.text.push(&given.value, given.at);
    }
    // A symbol may have stood before a string in the value, which only its own statement would tell.
    Field::made(out.text, true)
}

#[cfg(test)]
mod tests {
    use super::{Given, Side, dd, exec};
    use crate::jcl::Text;
    use crate::jcl::card::Position;
    use crate::job::convert::field::Field;

    const AT: Position = Position { card: 1, column: 1 };

    fn field(text: &'static str) -> Field<'static> {
        Field::made(Text::new(text, AT), false)
    }

    fn merged(body: &'static str, over: &'static str) -> String {
        let (body, over) = (field(body), field(over));
        let side = |field| Side { field, anchor: None };
        dd(side(&body), side(&over)).text.as_str().to_owned()
    }

    #[test]
    fn parameters_are_replaced_added_and_taken_away() {
        assert_eq!(merged("DSN=OLD,DISP=SHR,UNIT=SYSDA", "DSN=NEW"), "DISP=SHR,UNIT=SYSDA,DSN=NEW");
        assert_eq!(merged("DSNAME=OLD,VOLUME=SER=A", "DSN=NEW,VOL=SER=B"), "DSN=NEW,VOL=SER=B");
        assert_eq!(merged("DSN=A,DISP=SHR,UNIT=TAPE,VOL=SER=1", "DSN=G,UNIT=,VOL="), "DISP=SHR,DSN=G");
        assert_eq!(merged("DSN=A,DISP=SHR", ""), "DSN=A,DISP=SHR");
        assert_eq!(merged("DSN=A,DISP=SHR", "SPACE=(TRK,(1,1))"), "DSN=A,DISP=SHR,SPACE=(TRK,(1,1))");
    }

    #[test]
    fn a_parameter_takes_away_those_that_it_excludes() {
        assert_eq!(merged("DSN=A,DISP=SHR,UNIT=SYSDA", "SYSOUT=*"), "UNIT=SYSDA,SYSOUT=*");
        assert_eq!(merged("SYSOUT=*", "DSN=A,DISP=SHR"), "DSN=A,DISP=SHR");
        assert_eq!(merged("*,DLM=AA", "DSN=A,DISP=SHR"), "DSN=A,DISP=SHR");
        assert_eq!(merged("DSN=A,DISP=SHR,DCB=LRECL=80", "*"), "*,DCB=(LRECL=80)");
        assert_eq!(merged("DDNAME=SYSIN", "DSN=A,DISP=SHR"), "DSN=A,DISP=SHR");
        assert_eq!(merged("DSN=A,DISP=SHR,LRECL=80", "DDNAME=X"), "LRECL=80,DDNAME=X");
        assert_eq!(merged("PATH='/u',PATHOPTS=ORDONLY", "DSN=A,DISP=SHR"), "DSN=A,DISP=SHR");
    }

    #[test]
    fn dummy_leaves_the_attributes_only_and_goes_for_a_data_set() {
        assert_eq!(merged("DSN=A,DISP=SHR,DCB=BLKSIZE=80", "DUMMY"), "DUMMY,DCB=(BLKSIZE=80)");
        assert_eq!(merged("DUMMY,DCB=BLKSIZE=80", "DSN=A,DISP=SHR"), "DCB=(BLKSIZE=80),DSN=A,DISP=SHR");
        assert_eq!(merged("DUMMY", "DSN=NULLFILE"), "DUMMY,DSN=NULLFILE");
        assert_eq!(merged("DUMMY", "SYSOUT=*"), "SYSOUT=*");
        assert_eq!(merged("DUMMY", "DCB=LRECL=80"), "DUMMY,DCB=(LRECL=80)");
    }

    #[test]
    fn dcb_is_merged_by_its_subparameters() {
        assert_eq!(merged("DSN=A,DCB=(RECFM=FB,LRECL=80)", "DCB=LRECL=100"), "DSN=A,DCB=(RECFM=FB,LRECL=100)");
        assert_eq!(merged("DSN=A,DCB=(RECFM=FB,LRECL=80)", "DCB=(LRECL=,RECFM=)"), "DSN=A");
        assert_eq!(merged("DSN=A,DCB=(*.X,LRECL=80)", "DCB=BLKSIZE=0"), "DSN=A,DCB=(LRECL=80,BLKSIZE=0)");
        assert_eq!(merged("DSN=A,DCB=LRECL=80", "DCB=(*.X)"), "DSN=A,DCB=(*.X,LRECL=80)");
        assert_eq!(merged("DSN=A,DCB=(RECFM=FB,LRECL=80)", "RECFM=VB"), "DSN=A,DCB=(LRECL=80),RECFM=VB");
        assert_eq!(merged("DSN=A,RECFM=FB", "DCB=(RECFM=VB)"), "DSN=A,DCB=(RECFM=VB)");
    }

    #[test]
    fn an_output_statement_is_merged_by_its_keywords() {
        // JCL Reference, "Examples of procedures", example 2.
        let (body, over) = (field("CONTROL=PROGRAM,CLASS=A"), field("CONTROL=DOUBLE,COPIES=5,CLASS="));
        let side = |field| Side { field, anchor: None };
        assert_eq!(super::output(side(&body), side(&over)).text.as_str(), "CONTROL=DOUBLE,COPIES=5");
    }

    #[test]
    fn exec_keywords_are_given_and_removed() {
        let body = field("PGM=X,PARM='A',COND=(0,NE),REGION=1M");
        let given = |keyword: &str, value: &str| Given {
            keyword: keyword.to_owned(),
            step: None,
            value: value.to_owned(),
            at: AT,
        };
        let merged = |given: &[Given], removed: &[&str]| {
            let given: Vec<&Given> = given.iter().collect();
            exec(Side { field: &body, anchor: None }, &given, removed).text.as_str().to_owned()
        };
        assert_eq!(merged(&[given("PARM", "'B'")], &[]), "PGM=X,COND=(0,NE),REGION=1M,PARM='B'");
        assert_eq!(merged(&[given("COND", "")], &["PARM"]), "PGM=X,REGION=1M");
        assert_eq!(merged(&[], &[]), "PGM=X,PARM='A',COND=(0,NE),REGION=1M");
    }
}
