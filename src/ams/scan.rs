//! Cards to words.
//!
//! Border: margins, continuation, comments, quotes and separators; what a word means is not known here. Cards
//! are read one at a time and echoed as they are read, so that the listing shows a command in front of what it
//! did. Column 1 and columns 73 to 80 lie outside the margins.

use crate::message::own;

use super::listing::{Pages, Spacing};
use super::{Rejected, Services};

/// First and last column that are read, counted from 1.
const LEFT_MARGIN: usize = 2;
const RIGHT_MARGIN: usize = 72;
/// Longest word: far above any name, so that `+` cannot join cards for ever.
const LONGEST_WORD: usize = 256;

/// A piece of a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token {
    /// A name, keyword, number or operator.
    Word(String),
    /// What stood between apostrophes.
    Quoted(String),
    /// A left parenthesis; `joined` if no separator stands before it.
    Open {
        /// Does it follow the word before it directly?
        joined: bool,
    },
    /// A right parenthesis.
    Close,
    /// The end of a command: the end of a card without continuation, or a semicolon.
    End,
}

/// What was done since the last card was read, which decides the space before the next one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Before {
    /// Nothing: the card goes on with a command, or the one before it was empty.
    Nothing,
    /// A modal command.
    Modal,
    /// A function, or nothing at all yet.
    Function,
}

/// Reads the input.
#[derive(Debug)]
pub(super) struct Scanner {
    /// The card inside its margins, without its continuation mark, and how far it was read.
    card: Vec<char>,
    at: usize,
    continuation: Continuation,
    pub(super) before: Before,
    /// Was something in column 1 of the card that the current command began on?
    pub(super) column_one: Option<char>,
    peeked: Option<Token>,
    /// Was the token taken last the end of a command?
    command_over: bool,
    ended: bool,
}

/// How a card ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Continuation {
    /// The command ends with it.
    None,
    /// `-`: the next card goes on after a separator.
    Hyphen,
    /// `+`: the next card goes on where this one ends, its leading separators dropped.
    Plus,
}

impl Scanner {
    pub(super) fn new() -> Self {
        Self {
            card: Vec::new(),
            at: 0,
            continuation: Continuation::None,
            before: Before::Function,
            column_one: None,
            peeked: None,
            command_over: true,
            ended: false,
        }
    }

    /// The next token without taking it; `None` at the end of the input.
    pub(super) fn peek<S: Services>(
        &mut self,
        pages: &mut Pages,
        services: &mut S,
    ) -> Result<Option<&Token>, Rejected<S::Error>> {
        if self.peeked.is_none() {
            self.peeked = self.scan(pages, services)?;
        }
        Ok(self.peeked.as_ref())
    }

    /// Takes the next token.
    pub(super) fn next<S: Services>(
        &mut self,
        pages: &mut Pages,
        services: &mut S,
    ) -> Result<Option<Token>, Rejected<S::Error>> {
        self.command_over = false;
        let token = match self.peeked.take() {
            Some(token) => Some(token),
            None => self.scan(pages, services)?,
        };
        self.command_over = matches!(token, None | Some(Token::End));
        Ok(token)
    }

    /// Takes what is left of a command, its end included.
    pub(super) fn skip<S: Services>(&mut self, pages: &mut Pages, services: &mut S) -> Result<(), S::Error> {
        while !self.command_over {
            if let Err(Rejected::Ended(error)) = self.next(pages, services) {
                return Err(error);
            }
        }
        Ok(())
    }

    fn scan<S: Services>(&mut self, pages: &mut Pages, services: &mut S) -> Result<Option<Token>, Rejected<S::Error>> {
        let joined = !self.skip_separators(pages, services)?;
        let Some(&first) = self.card.get(self.at) else {
            return self.end_of_card(pages, services);
        };
        self.at += 1;
        match first {
            ';' => Ok(Some(Token::End)),
            '(' => Ok(Some(Token::Open { joined })),
            ')' => Ok(Some(Token::Close)),
            '\'' => self.quoted(pages, services).map(Some),
            '=' | '<' | '>' | '¬' | '^' => Ok(Some(self.operator(first))),
            _ => {
                self.at -= 1;
                self.word(pages, services).map(Some)
            }
        }
    }

    /// A card is used up and was not continued: its command ends. The next card is read only when more is asked for.
    fn end_of_card<S: Services>(
        &mut self,
        pages: &mut Pages,
        services: &mut S,
    ) -> Result<Option<Token>, Rejected<S::Error>> {
        if self.ended {
            return Ok(None);
        }
        if !self.card.is_empty() {
            self.card.clear();
            self.at = 0;
            return Ok(Some(Token::End));
        }
        if self.read_card(pages, services)? { self.scan(pages, services) } else { Ok(None) }
    }

    /// Reads and echoes a card; false at the end of the input.
    fn read_card<S: Services>(&mut self, pages: &mut Pages, services: &mut S) -> Result<bool, S::Error> {
        match std::mem::replace(&mut self.before, Before::Nothing) {
            Before::Nothing => {}
            Before::Modal => pages.line(services, Spacing::Single, "")?,
            Before::Function => pages.line(services, Spacing::Double, "")?,
        }
        let Some(card) = services.next_card()? else {
            self.ended = true;
            return Ok(false);
        };
        pages.line(services, Spacing::Single, &card)?;
        self.take_card(&card);
        Ok(true)
    }

    fn take_card(&mut self, card: &str) {
        if self.continuation == Continuation::None {
            self.column_one = card.chars().next().filter(|&c| c != ' ');
        }
        self.card = card.chars().take(RIGHT_MARGIN).skip(LEFT_MARGIN - 1).collect();
        self.at = 0;
        self.continuation = Continuation::None;
        if let Some(last) = self.card.iter().rposition(|&c| c != ' ') {
            self.continuation = match self.card[last] {
                '-' => Continuation::Hyphen,
                '+' => Continuation::Plus,
                _ => Continuation::None,
            };
            self.card.truncate(if self.continuation == Continuation::None { last + 1 } else { last });
        }
        // A blank stands for what lies between a card and what follows it, and makes an empty card not empty.
        if self.continuation != Continuation::Plus {
            self.card.push(' ');
        }
    }

    /// Goes over blanks, commas, comments and continued card ends; tells whether there were any.
    fn skip_separators<S: Services>(
        &mut self,
        pages: &mut Pages,
        services: &mut S,
    ) -> Result<bool, Rejected<S::Error>> {
        let mut any = false;
        loop {
            match self.card.get(self.at) {
                Some(' ' | ',') => self.at += 1,
                Some('/') if self.at_comment() => self.comment(pages, services)?,
                None if self.continuation != Continuation::None => {
                    if !self.read_card(pages, services)? {
                        return Ok(true);
                    }
                }
                _ => return Ok(any),
            }
            any = true;
        }
    }

    fn at_comment(&self) -> bool {
        matches!(self.card.get(self.at..), Some(['/', '*', ..]))
    }

    /// Goes over a comment; one that is not ended on its card must be continued like any command.
    fn comment<S: Services>(&mut self, pages: &mut Pages, services: &mut S) -> Result<(), S::Error> {
        self.at += 2;
        loop {
            match self.card.get(self.at..) {
                Some(['*', '/', ..]) => {
                    self.at += 2;
                    return Ok(());
                }
                Some([_, ..]) => self.at += 1,
                _ if self.continuation != Continuation::None => {
                    if !self.read_card(pages, services)? {
                        return Ok(());
                    }
                }
                _ => return Ok(()),
            }
        }
    }

    /// `=`, `<`, `>=`, `¬=` and the like.
    fn operator(&mut self, first: char) -> Token {
        let mut text = String::from(first);
        if first != '=' && self.card.get(self.at) == Some(&'=') {
            self.at += 1;
            text.push('=');
        }
        Token::Word(text)
    }

    fn word<S: Services>(&mut self, pages: &mut Pages, services: &mut S) -> Result<Token, Rejected<S::Error>> {
        let mut text = String::new();
        loop {
            match self.card.get(self.at) {
                Some(&c) if !ends_word(c) && !self.at_comment() => {
                    text.push(c);
                    self.at += 1;
                }
                None if self.continuation == Continuation::Plus => {
                    if !self.read_card(pages, services)? {
                        return Ok(Token::Word(text));
                    }
                    self.drop_leading_blanks();
                }
                _ => return Ok(Token::Word(text)),
            }
            if text.len() > LONGEST_WORD {
                return Err(Rejected::Syntax(own::ZJB213E.with(&[&LONGEST_WORD])));
            }
        }
    }

    /// What follows an apostrophe up to the next one; two of them stand for one.
    fn quoted<S: Services>(&mut self, pages: &mut Pages, services: &mut S) -> Result<Token, Rejected<S::Error>> {
        let mut text = String::new();
        loop {
            let (this, following) = (self.card.get(self.at).copied(), self.card.get(self.at + 1));
            match this {
                Some('\'') if following == Some(&'\'') => {
                    text.push('\'');
                    self.at += 2;
                }
                Some('\'') => {
                    self.at += 1;
                    return Ok(Token::Quoted(text));
                }
                Some(c) => {
                    text.push(c);
                    self.at += 1;
                }
                None if self.continuation == Continuation::Plus && self.read_card(pages, services)? => {
                    self.drop_leading_blanks();
                }
                None => return Err(Rejected::Syntax(own::ZJB214E.plain())),
            }
            if text.len() > LONGEST_WORD {
                return Err(Rejected::Syntax(own::ZJB213E.with(&[&LONGEST_WORD])));
            }
        }
    }

    fn drop_leading_blanks(&mut self) {
        while self.card.get(self.at) == Some(&' ') {
            self.at += 1;
        }
    }
}

fn ends_word(c: char) -> bool {
    matches!(c, ' ' | ',' | '(' | ')' | ';' | '\'' | '=' | '<' | '>' | '¬' | '^')
}
