//! The DD statement.

use crate::dataset::{Dcb, Recfm};
use crate::jcl::{Operand, Value};
use crate::job::model::{DsName, Request, SmsClasses, Source};
use crate::message::converter::{IEF642I, IEFC639I, IEFC640I, IEFC652I, IEFC655I, Where};
use crate::message::own::{ZJB024E, ZJB025E};

use super::attributes::Attributes;
use super::data_set::Named;
use super::job_card::is_class;
use super::operand::{DD, WITH_STREAM};
use super::reading::{Reading, keyword};

const SYSOUT: Where<'static> = Where::Field("SYSOUT");
/// Record length of in-stream data.
const STREAM_LRECL: u32 = 80;
const MAX_WRITER: usize = 8;
const MAX_FORM: usize = 8;
/// Keywords that make a DD something that is not emulated.
const ELSEWHERE: &[&str] = &["PATH", "SUBSYS", "QNAME", "TERM", "LGSTREAM"];
/// The z/OS UNIX file that is a DUMMY.
const NULL_PATH: &str = "/dev/null";

/// The positional operand of a DD statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Positional {
    Stream,
    Dummy,
    /// Room for a dynamic allocation, or a place held.
    Nothing,
}

impl Reading<'_> {
    /// What a DD statement stands for; none if something is wrong with it, which was reported then.
    pub(super) fn dd(&mut self, operands: &[Operand], message_class: &str) -> Option<Source> {
        let stops = self.stops();
        self.check_keywords(operands, &DD, self.on_statement());
        let positional = self.dd_positional(operands);
        self.check_stream_keywords(operands, positional == Some(Positional::Stream));
        let source = self.source(operands, positional, message_class);
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
        self.check_no_positional(operands, 2);
        match self.plain(&first.value) {
            Some("*" | "DATA") => Some(Positional::Stream),
            Some("DUMMY") => Some(Positional::Dummy),
            // NULLOVRD keeps the place of a DD that an override leaves alone (APAR OA50881).
            Some("DYNAM" | "NULLOVRD") => Some(Positional::Nothing),
            _ => {
                self.check_no_positional(operands.get(..1).unwrap_or(&[]), 0);
                None
            }
        }
    }

    fn check_stream_keywords(&mut self, operands: &[Operand], is_stream: bool) {
        for operand in operands {
            let Some(span) = operand.keyword else { continue };
            let name = self.of(span);
            if is_stream && DD.rule(name).is_some() && !WITH_STREAM.contains(&name) {
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

    fn source(&mut self, operands: &[Operand], positional: Option<Positional>, message_class: &str) -> Option<Source> {
        let attributes = self.attributes(operands);
        let dcb = attributes.dcb;
        let text = self.text.as_str();
        let coded = |names: &[&str]| operands.iter().find(|operand| self.is_keyword(operand, names)).map(|o| &o.value);
        let (sysout, elsewhere) = (coded(&["SYSOUT"]), coded(ELSEWHERE));
        let name_at = keyword(text, operands, &["DSN", "DSNAME"]);
        let name = name_at.map(|value| self.data_set_name(value));
        if positional == Some(Positional::Stream) {
            self.check_stream_attributes(operands, dcb);
            return Some(Source::InStream(Vec::new()));
        }
        if let Some(value) = sysout {
            // A temporary name gives the spool data set its last qualifier.
            let is_temporary = matches!(&name, Some(Some(Named::DataSet(DsName::Temporary(_), _))));
            if let Some(value) = name_at.filter(|_| !is_temporary) {
                self.stop(value.span().start, IEFC655I.plain());
            }
            return self
                .sysout(value, message_class, dcb)
                .filter(|_| positional.is_none())
                .or(Some(Source::Dummy { dcb }));
        }
        let request = self.request(operands, name.as_ref(), attributes);
        if positional.is_some() || matches!(name, Some(Some(Named::NullFile))) {
            return Some(Source::Dummy { dcb });
        }
        if let Some(value) = keyword(text, operands, &["DDNAME"]) {
            return self.deferred(value, dcb);
        }
        if let Some(value) = elsewhere.filter(|_| name.is_none()) {
            return Some(self.elsewhere(value, dcb));
        }
        if matches!(name, Some(Some(Named::Strange))) {
            let what = name_at.map(|value| format!("DSN={}", self.of(value.span()))).unwrap_or_default();
            return Some(Source::NotEmulated { what });
        }
        request.map(|request| Source::DataSet(Box::new(request)))
    }

    fn is_keyword(&self, operand: &Operand, names: &[&str]) -> bool {
        operand.keyword.is_some_and(|keyword| names.contains(&self.of(keyword)))
    }

    fn elsewhere(&self, value: &Value, dcb: Dcb) -> Source {
        let is_null = matches!(value, Value::Word(word) if word.value(self.text.as_str()) == NULL_PATH);
        if is_null {
            return Source::Dummy { dcb };
        }
        // The keyword ends one character before its value.
        let before = self.text.as_str().get(..(value.span().start as usize).saturating_sub(1)).unwrap_or("");
        let keyword = before.rsplit([',', ' ']).next().unwrap_or("");
        Source::NotEmulated { what: keyword.to_owned() }
    }

    fn deferred(&mut self, value: &Value, dcb: Dcb) -> Option<Source> {
        let place = Where::Field("DDNAME");
        if let Some(wrong) = super::operand::Shape::Name(8).wrong(value, self.text.as_str(), self.substituted) {
            self.stop(wrong.at, wrong.row.with(&[&place]));
            return None;
        }
        let ddname = self.word(value)?;
        Some(Source::Deferred { ddname, dcb })
    }

    /// In-stream data has records of 80 bytes; the DD may say so.
    fn check_stream_attributes(&mut self, operands: &[Operand], dcb: Dcb) {
        let fits = dcb.lrecl.is_none_or(|lrecl| lrecl == STREAM_LRECL) && dcb.recfm.is_none_or(Recfm::is_fixed);
        if !fits {
            let at = operands.first().map_or(0, Operand::start);
            self.not_emulated(at, "A RECORD FORMAT OTHER THAN FB 80", "DD *");
        }
    }

    /// SYSOUT=(class,writer,form). The class `*` and an omitted one are that of MSGCLASS.
    fn sysout(&mut self, value: &Value, message_class: &str, dcb: Dcb) -> Option<Source> {
        let items = value.items();
        self.check_length(items, 3, SYSOUT);
        let coded = |index: usize| items.get(index).map(|(_, item)| item).filter(|item| !item.is_empty());
        let writer = match coded(1) {
            Some(item) => Some(self.sysout_word(item, MAX_WRITER)?),
            None => None,
        };
        if let Some(item) = coded(2) {
            let form = self.sysout_word(item, MAX_FORM)?;
            self.not_emulated(item.span().start, &form, "SYSOUT");
        }
        if let Some(name) = writer.as_deref().filter(|name| *name != "INTRDR") {
            self.not_emulated(value.span().start, name, "SYSOUT");
        }
        let class = match coded(0) {
            None => message_class.to_owned(),
            Some(item) => match self.word(item).as_deref() {
                Some("*") => message_class.to_owned(),
                Some(class) if is_class(class, 1) => class.to_owned(),
                _ => {
                    self.stop(item.span().start, IEFC639I.with(&[&SYSOUT]));
                    return None;
                }
            },
        };
        Some(Source::Sysout { class, writer, dcb })
    }

    fn sysout_word(&mut self, value: &Value, longest: usize) -> Option<String> {
        let word = self.word(value);
        match word {
            Some(word) if word.len() <= longest => Some(word),
            Some(_) => {
                self.stop(value.span().start, IEF642I.with(&[&SYSOUT]));
                None
            }
            None => {
                self.unidentified(value, SYSOUT);
                None
            }
        }
    }

    /// The data set as the DD asks for it. All of its operands are checked, even if there is no name.
    fn request(
        &mut self,
        operands: &[Operand],
        name: Option<&Option<Named>>,
        attributes: Attributes,
    ) -> Option<Request> {
        let text = self.text.as_str();
        let coded = |names: &[&str]| keyword(text, operands, names);
        let disposition = self.disposition(coded(&["DISP"]));
        let space = coded(&["SPACE"]).and_then(|value| self.space(value, coded(&["AVGREC"])));
        let unit = coded(&["UNIT"]).and_then(|value| self.unit(value));
        let volumes = coded(&["VOL", "VOLUME"]).map(|value| self.volume(value)).unwrap_or_default();
        let expiry = self.expiry(operands);
        let dsn_type = coded(&["DSNTYPE"]).and_then(|value| self.dsn_type(value));
        let like = self.like(operands);
        if let Some(value) = coded(&["FREE"]).filter(|value| self.plain(value) == Some("CLOSE")) {
            self.not_emulated(value.span().start, "CLOSE", "FREE");
        }
        let class = |name: &'static str| coded(&[name]).and_then(|value| self.word(value));
        let classes = SmsClasses { storage: class("STORCLAS"), management: class("MGMTCLAS"), data: class("DATACLAS") };
        let (name, member) = match name {
            None => (DsName::Temporary(None), None),
            Some(Some(Named::DataSet(name, member))) => (name.clone(), member.clone()),
            Some(_) => return None,
        };
        Some(Request {
            member,
            space,
            volume: volumes.serial,
            volume_from: volumes.from,
            unit,
            dcb: attributes.dcb,
            dcb_from: attributes.from,
            like,
            dsn_type,
            expiry,
            classes,
            ..Request::new(name, disposition?)
        })
    }
}
