//! Statements as they were typed: names, verbs and operands, each with its place in the joined text.
//!
//! Border: shape only. Nothing here says whether a value is a good one.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

use super::card::Position;
use super::grammar::SyntaxError;
use super::logical::LayoutFault;
use super::text::Text;

/// A piece of an operand field: byte offsets into its joined text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// Offset of the first byte.
    pub start: u32,
    /// Offset after the last byte.
    pub end: u32,
}

impl Span {
    /// The piece of `text` that this span covers; empty if it belongs to another text.
    pub fn of(self, text: &str) -> &str {
        text.get(self.start as usize..self.end as usize).unwrap_or("")
    }
}

/// One operand: positional, or `keyword=value`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Operand {
    /// The keyword before the equal sign; none for a positional operand.
    pub keyword: Option<Span>,
    /// What was coded for it.
    pub value: Value,
}

impl Operand {
    /// Where the operand begins.
    pub fn start(&self) -> u32 {
        self.keyword.map_or(self.value.span().start, |keyword| keyword.start)
    }

    /// All of the operand, keyword included.
    pub fn span(&self) -> Span {
        Span { start: self.start(), end: self.value.span().end }
    }
}

/// The value of an operand or subparameter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// Nothing was coded at this offset, as before the comma in `DISP=(,CATLG)`.
    Empty(u32),
    /// One word or string.
    Word(Word),
    /// A list of subparameters.
    List(List),
}

impl Value {
    /// The piece of text that the value covers, parentheses and apostrophes included.
    pub fn span(&self) -> Span {
        match self {
            Self::Empty(at) => Span { start: *at, end: *at },
            Self::Word(word) => word.span,
            Self::List(list) => list.span,
        }
    }

    /// The value as a list: a list with one member may drop its parentheses.
    pub fn items(&self) -> Items<'_> {
        match self {
            Self::Empty(_) => Items::None,
            Self::Word(_) => Items::One(self),
            Self::List(list) => Items::List(&list.items),
        }
    }

    /// True if nothing was coded.
    pub fn is_empty(&self) -> bool {
        matches!(self, Self::Empty(_))
    }
}

/// The subparameters of a value.
#[derive(Debug, Clone, Copy)]
pub enum Items<'v> {
    /// Nothing was coded.
    None,
    /// A single value without parentheses.
    One(&'v Value),
    /// A list.
    List(&'v [Operand]),
}

impl<'v> Items<'v> {
    /// How many there are, empty ones included.
    pub fn len(self) -> usize {
        match self {
            Self::None => 0,
            Self::One(_) => 1,
            Self::List(items) => items.len(),
        }
    }

    /// True if there are none.
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// Keyword and value of the subparameter at `index`, from 0.
    pub fn get(self, index: usize) -> Option<(Option<Span>, &'v Value)> {
        match self {
            Self::None => None,
            Self::One(value) => (index == 0).then_some((None, value)),
            Self::List(items) => items.get(index).map(|item| (item.keyword, &item.value)),
        }
    }

    /// Keyword and value of each subparameter.
    pub fn iter(self) -> impl Iterator<Item = (Option<Span>, &'v Value)> {
        (0..self.len()).filter_map(move |index| self.get(index))
    }
}

/// A word such as `A.B(MEM)`, or a string in apostrophes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Word {
    /// All of it.
    pub span: Span,
    /// Where the apostrophes stand.
    pub quoting: Quoting,
    /// What stands between the parentheses that follow the word at once, as in `LIB(MEMBER)`.
    pub suffix: Option<Span>,
}

/// Apostrophes of a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quoting {
    /// It has none.
    None,
    /// They enclose it.
    Whole,
    /// They enclose a part of it.
    Part,
}

impl Word {
    /// What the word stands for: without the enclosing apostrophes, doubled ones made single.
    pub fn value(self, text: &str) -> Cow<'_, str> {
        let all = self.span.of(text);
        if self.quoting != Quoting::Whole {
            return Cow::Borrowed(all);
        }
        let inner = all.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\'')).unwrap_or(all);
        if inner.contains("''") { Cow::Owned(inner.replace("''", "'")) } else { Cow::Borrowed(inner) }
    }

    /// The word before its suffix.
    pub fn stem(self, text: &str) -> &str {
        let end = self.suffix.map_or(self.span.end, |suffix| suffix.start.saturating_sub(1));
        Span { start: self.span.start, end }.of(text)
    }
}

/// A list in parentheses, or the single `keyword=value` that stands for one, as in `VOL=SER=X`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct List {
    /// All of it, parentheses included.
    pub span: Span,
    /// The members; empty ones keep their places.
    pub items: Vec<Operand>,
}

/// What an operation field says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "each is the verb of that name")]
pub enum Verb {
    Job,
    Exec,
    Dd,
    Proc,
    Pend,
    Set,
    If,
    Else,
    Endif,
    Include,
    Jcllib,
    Output,
    Export,
    Command,
    Xmit,
    Cntl,
    Endcntl,
    Notify,
    Schedule,
    Jobgroup,
    Gjob,
    Jobset,
    Sjob,
    Endset,
    Endgroup,
    Before,
    After,
    Concurrent,
    /// None of these.
    Unknown,
}

impl Verb {
    /// The verb called `name`, in upper case as the host wants it.
    pub fn named(name: &str) -> Self {
        match name {
            "DD" => Self::Dd,
            "EXEC" => Self::Exec,
            "JOB" => Self::Job,
            "PROC" => Self::Proc,
            "PEND" => Self::Pend,
            "SET" => Self::Set,
            "IF" => Self::If,
            "ELSE" => Self::Else,
            "ENDIF" => Self::Endif,
            "INCLUDE" => Self::Include,
            "JCLLIB" => Self::Jcllib,
            "OUTPUT" => Self::Output,
            "EXPORT" => Self::Export,
            "COMMAND" => Self::Command,
            "XMIT" => Self::Xmit,
            "CNTL" => Self::Cntl,
            "ENDCNTL" => Self::Endcntl,
            "NOTIFY" => Self::Notify,
            "SCHEDULE" => Self::Schedule,
            "JOBGROUP" => Self::Jobgroup,
            "GJOB" => Self::Gjob,
            "JOBSET" => Self::Jobset,
            "SJOB" => Self::Sjob,
            "ENDSET" => Self::Endset,
            "ENDGROUP" => Self::Endgroup,
            "BEFORE" => Self::Before,
            "AFTER" => Self::After,
            "CONCURRENT" => Self::Concurrent,
            _ => Self::Unknown,
        }
    }

    /// True if a value of WHEN or ERROR is an expression, in which blanks may stand (JCL reference, "JES2 execution
    /// control statements").
    pub fn has_conditions(self) -> bool {
        matches!(self, Self::Jobgroup | Self::After | Self::Before)
    }

    /// True if an operand field may follow; otherwise the rest of the card is comment.
    pub fn has_operands(self) -> bool {
        !matches!(
            self,
            Self::Else | Self::Endif | Self::Pend | Self::Endcntl | Self::Endset | Self::Endgroup | Self::Unknown
        )
    }
}

/// A JCL statement.
pub struct Jcl<'a> {
    /// Name field; empty if there is none.
    pub name: &'a str,
    /// Operation field as typed.
    pub operation: &'a str,
    /// Where the operation field stands.
    pub operation_at: Position,
    /// What it means.
    pub verb: Verb,
    /// Operand field, joined over all cards.
    pub text: Text<'a>,
    /// The operands, or why the field cannot be read. Empty for IF, whose field is an expression.
    pub operands: Result<Vec<Operand>, SyntaxError>,
    /// A fault of layout and where it shows.
    pub fault: Option<(LayoutFault, Position)>,
}

impl fmt::Debug for Jcl<'_> {
    /// Even the operation field of a broken statement may hold a password: no text is shown.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Jcl({:?} at {:?}, {:?})", self.verb, self.operation_at, self.text)
    }
}

/// A piece of a deck.
#[derive(Debug)]
pub struct Statement<'a> {
    /// Its cards, as indices into `Deck::cards`. The statements of a deck cover all cards, in order.
    pub cards: Range<usize>,
    /// What they are.
    pub kind: Kind<'a>,
}

/// What some cards are.
#[derive(Debug)]
pub enum Kind<'a> {
    /// A JCL statement, with the comment cards between its own.
    Jcl(Box<Jcl<'a>>),
    /// A comment card.
    Comment,
    /// A null statement.
    Null,
    /// A `/*` that ends nothing.
    Delimiter,
    /// A JES2 control statement, by its verb: `JOBPARM` for `/*JOBPARM`.
    Control(&'a str),
    /// In-stream data.
    Data(Data),
    /// The end-of-file mark that some systems write as the last byte.
    EndMark,
}

/// In-stream data and who it belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Data {
    /// True if no DD statement stands before it: JES2 makes a SYSIN DD for it.
    pub generated: bool,
    /// How many of the cards are data; one that follows is the delimiter.
    pub records: usize,
}
