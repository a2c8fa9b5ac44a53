//! The DD statement.

use crate::dataset::{Dcb, Recfm};
use crate::jcl::{Operand, Value};
use crate::job::model::{DsName, Request, Source};
use crate::message::converter::{IEFC639I, IEFC640I, IEFC652I, IEFC655I, Where};
use crate::message::own::{ZJB012E, ZJB015E, ZJB024E, ZJB025E};

use super::data_set::Named;
use super::job_card::is_class;
use super::keywords::DD;
use super::reading::{Reading, keyword};

const SYSOUT: Where<'static> = Where::Field("SYSOUT");
/// Record length of in-stream data.
const STREAM_LRECL: u32 = 80;
/// Keywords that may stand beside `*` or DATA.
const WITH_STREAM: &[&str] = &[
    "BLKSIZE", "DCB", "DLM", "DSID", "DSN", "DSNAME", "LIKE", "LRECL", "RECFM", "REFDD", "SYMBOLS", "SYMLIST", "UNIT",
    "VOL", "VOLUME",
];

/// The positional operand of a DD statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Positional {
    Stream,
    Dummy,
}

impl<'r> Reading<'r> {
    /// What a DD statement stands for; none if something is wrong with it, which was reported then.
    pub(super) fn dd(&mut self, operands: &'r [Operand], message_class: &str) -> Option<Source> {
        let stops = self.stops();
        self.check_keywords(operands, &DD, self.on_statement());
        let positional = self.dd_positional(operands);
        self.check_stream_keywords(operands, positional == Some(Positional::Stream));
        let source = self.source(operands, positional, message_class);
        if source.is_none() && stops == self.stops() {
            self.stop(0, ZJB015E.with(&[&"DD WITHOUT DSN"]));
        }
        source.filter(|_| stops == self.stops())
    }

    fn dd_positional(&mut self, operands: &[Operand]) -> Option<Positional> {
        let Some(first) = operands.first().filter(|first| first.keyword.is_none() && !first.value.is_empty()) else {
            self.check_no_positional(operands, 0);
            return None;
        };
        if let Some(second) = operands.get(1).filter(|second| second.keyword.is_none() && !second.value.is_empty()) {
            self.stop(second.start(), IEFC640I.with(&[&self.on_statement()]));
        }
        match self.plain(&first.value) {
            Some("*" | "DATA") => Some(Positional::Stream),
            Some("DUMMY") => Some(Positional::Dummy),
            Some("DYNAM") => {
                self.stop(first.start(), ZJB012E.with(&[&"DYNAM", &"DD"]));
                None
            }
            _ => {
                self.check_no_positional(operands, 0);
                None
            }
        }
    }

    fn check_stream_keywords(&mut self, operands: &[Operand], is_stream: bool) {
        for operand in operands {
            let Some(span) = operand.keyword else { continue };
            let name = self.of(span);
            if is_stream && DD.read.contains(&name) && !WITH_STREAM.contains(&name) {
                self.stop(span.start, IEFC652I.with(&[&name, &"*"]));
            }
            if name == "DLM" {
                self.check_delimiter(&operand.value, is_stream);
            }
        }
    }

    fn check_delimiter(&mut self, value: &Value, is_stream: bool) {
        let at = value.span().start;
        if !is_stream {
            self.stop(at, ZJB024E.plain());
        }
        let text = match value {
            Value::Word(word) => word.value(self.text.as_str()).replace("&&", "&"),
            _ => String::new(),
        };
        if !(2..=crate::jcl::deck::MAX_DELIMITER).contains(&text.chars().count()) {
            self.stop(at, ZJB025E.plain());
        }
    }

    fn source(
        &mut self,
        operands: &'r [Operand],
        positional: Option<Positional>,
        message_class: &str,
    ) -> Option<Source> {
        let dcb = self.attributes(operands);
        let text = self.text.as_str();
        let name = keyword(text, operands, &["DSN", "DSNAME"]).map(|value| (value, self.data_set_name(value)));
        if positional == Some(Positional::Stream) {
            self.check_stream_attributes(operands, dcb);
            return Some(Source::InStream(Vec::new()));
        }
        if let Some(value) = operands.iter().find(|operand| self.is_keyword(operand, "SYSOUT")).map(|o| &o.value) {
            if let Some((value, Some(_))) = name {
                self.stop(value.span().start, IEFC655I.plain());
            }
            return self.sysout(value, message_class).map(|class| Source::Sysout { class, writer: None, dcb });
        }
        let request = self.request(operands, name.as_ref().and_then(|(_, name)| name.as_ref()), dcb);
        if positional == Some(Positional::Dummy) || matches!(name, Some((_, Some(Named::NullFile)))) {
            return Some(Source::Dummy { dcb });
        }
        request.map(|request| Source::DataSet(Box::new(request)))
    }

    fn is_keyword(&self, operand: &Operand, name: &str) -> bool {
        operand.keyword.is_some_and(|keyword| self.of(keyword) == name)
    }

    /// In-stream data has records of 80 bytes; the DD may say so.
    fn check_stream_attributes(&mut self, operands: &[Operand], dcb: Dcb) {
        let fits = dcb.lrecl.is_none_or(|lrecl| lrecl == STREAM_LRECL) && dcb.recfm.is_none_or(Recfm::is_fixed);
        if !fits {
            let at = operands.first().map_or(0, Operand::start);
            self.stop(at, ZJB012E.with(&[&"A RECORD FORMAT OTHER THAN FB 80", &"DD *"]));
        }
    }

    /// The class of SYSOUT: `*` and an omitted one are that of MSGCLASS.
    fn sysout(&mut self, value: &Value, message_class: &str) -> Option<String> {
        let items = value.items();
        self.check_length(items, 3, SYSOUT);
        for (_, item) in items.iter().skip(1).filter(|(_, item)| !item.is_empty()) {
            let what = self.of(item.span());
            self.not_emulated(item, what, "SYSOUT");
        }
        let first = items.get(0).map(|(_, first)| first).filter(|first| !first.is_empty());
        let Some(first) = first else { return Some(message_class.to_owned()) };
        match self.plain(first) {
            Some("*") => Some(message_class.to_owned()),
            Some(class) if is_class(class, 1) => Some(class.to_owned()),
            _ => {
                self.refuse(first, &IEFC639I, SYSOUT);
                None
            }
        }
    }

    /// The data set as the DD asks for it. All of its operands are checked, even if there is no name.
    fn request(&mut self, operands: &[Operand], name: Option<&Named>, dcb: Dcb) -> Option<Request> {
        let text = self.text.as_str();
        let disposition = self.disposition(keyword(text, operands, &["DISP"]));
        let space = keyword(text, operands, &["SPACE"]).and_then(|value| self.space(value));
        let unit = keyword(text, operands, &["UNIT"]).and_then(|value| self.unit(value));
        let volume = keyword(text, operands, &["VOL", "VOLUME"]).and_then(|value| self.volume(value));
        let Some(Named::DataSet(name, member)) = name else { return None };
        Some(Request {
            member: member.clone(),
            space,
            volume,
            unit,
            dcb,
            ..Request::new(DsName::Plain(name.clone()), disposition?)
        })
    }
}
