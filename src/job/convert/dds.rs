//! DD statements: the step that they belong to, the overrides that they meet, the concatenation that they go on.
//!
//! Border: belonging and listing. What a DD says is read by `dd`, how two are merged is `merge`'s matter.

use crate::dataset::name::is_simple_name;
use crate::jcl::ast::Jcl;
use crate::jcl::card::Position;
use crate::jcl::{Kind, Verb};
use crate::job::model::{Dd, DdPart, Source};
use crate::message::converter::{IEFC606I, IEFC617I, IEFC649I};
use crate::message::own::ZJB054I;

use super::MAX_DDS;
use super::field::Field;
use super::flow::{Converter, Item};
use super::merge::{self, Side};
use super::overrides::{Group, Part};
use super::reading::{Reading, keyword};
use super::symbols::Visible;

/// ddnames that mean something to the system and are not emulated.
const SPECIAL_DDNAMES: &[&str] = &["JOBCAT", "STEPCAT", "SYSCHK"];
/// ddnames of DDs that stand before the first EXEC statement.
const JOB_LEVEL_DDNAMES: &[&str] = &["JOBLIB", "JOBCAT", "SYSCHK"];

impl<'d> Converter<'d> {
    /// A DD statement: it waits for the procedure that it changes, or belongs to the step.
    pub(super) fn dd(&mut self, jcl: &'d Jcl<'d>, item: Item<'d>) {
        if self.frame().pending.is_some() {
            return self.keep(jcl, item);
        }
        if !jcl.name.is_empty() {
            self.close_group();
            let frame = self.frame();
            frame.open = frame.overrides.take(Verb::Dd, jcl.name);
        }
        let over = self.frame().open.as_mut().and_then(|group| group.parts.pop_front());
        let Some(mut over) = over else {
            let statement = self.listing.statement(item.cards(), item.place.marks);
            self.check_name(jcl, item, statement);
            let field = self.field(jcl, statement);
            return self.add_dd(jcl.name, &field, jcl.operation_at, statement);
        };
        let statement = self.list_part(&mut over);
        self.findings.anchor = item.place.anchor;
        self.listing.overridden(item.cards(), item.place.marks);
        let body = self.field(jcl, statement);
        let over_side = Side { field: &over.field, anchor: over.item.place.anchor };
        let field = merge::dd(Side { field: &body, anchor: item.place.anchor }, over_side);
        let is_readable = body.operands.is_some() && over.field.operands.is_some();
        let field = Field { operands: field.operands.clone().filter(|_| is_readable), ..field };
        self.findings.anchor = over.item.place.anchor;
        self.add_dd(jcl.name, &field, over.item.start(), statement);
        self.fill_part(&over, statement);
    }

    /// Lists an override or an added statement: its cards, then the comments after it.
    pub(super) fn list_part(&mut self, part: &mut Part<'d>) -> u32 {
        let statement = match part.jcl {
            Some(_) => self.listing.statement(part.item.cards(), part.item.place.marks),
            None => self.listing.generated_sysin(),
        };
        self.findings.anchor = part.item.place.anchor;
        match (part.jcl, &part.item.statement.kind) {
            (Some(jcl), _) => self.check_name(jcl, part.item, statement),
            (None, Kind::Data(data)) => self.hint_generated(statement, data.records, part.item),
            _ => {}
        }
        if part.field.substituted {
            self.listing.substitution(part.field.text.as_str());
        }
        self.findings.adopt(std::mem::take(&mut part.found), statement);
        for comment in &part.comments {
            self.listing.unnumbered(comment.cards(), comment.place.marks);
        }
        statement
    }

    pub(super) fn fill_part(&mut self, part: &Part<'d>, statement: u32) {
        if let Some((item, data)) = part.data {
            let visible = self.takes_data.take().unwrap_or(Visible::Nothing);
            self.fill(data, item, statement, visible);
        }
    }

    /// Adds what is left of the overrides for the last DD: more data sets for its concatenation.
    pub(super) fn close_group(&mut self) {
        let Some(group) = self.frame().open.take() else { return };
        for part in group.parts {
            self.add_part("", part);
        }
    }

    pub(super) fn add_part(&mut self, name: &str, mut part: Part<'d>) {
        let statement = self.list_part(&mut part);
        if let Some(jcl) = part.jcl.filter(|jcl| jcl.verb == Verb::Output) {
            return self.read_other(jcl, &part.field, statement);
        }
        self.add_dd(name, &part.field, part.item.start(), statement);
        self.fill_part(&part, statement);
    }

    /// Adds the statements of the caller that met no DD of this step.
    pub(super) fn finish_step(&mut self) {
        self.close_group();
        if self.frame().overrides.is_empty() {
            return;
        }
        for group in self.frame().overrides.take_added() {
            self.add_group(group);
        }
    }

    pub(super) fn add_group(&mut self, group: Group<'d>) {
        for (index, part) in group.parts.into_iter().enumerate() {
            self.add_part(if index == 0 { &group.ddname } else { "" }, part);
        }
    }

    pub(super) fn add_dd(&mut self, name: &str, field: &Field<'d>, at: Position, statement: u32) {
        let mut reading = Reading {
            statement,
            verb: "DD",
            text: &field.text,
            substituted: field.substituted,
            findings: &mut self.findings,
        };
        let visible = reading.visible_symbols(field.operands());
        let source = field.operands.as_deref().and_then(|operands| reading.dd(operands, &self.card.message_class));
        if self.steps.is_empty() && !self.is_partial {
            return self.dd_of_job(name, source, at, statement);
        }
        // In a step that runs a program only the ddname of `procstep.ddname` counts (JCL reference, "Name field when
        // adding a DD statement to a program").
        let name = name.rsplit('.').next().unwrap_or(name);
        if SPECIAL_DDNAMES.contains(&name) {
            self.findings.hint_once(statement, at, ZJB054I.with(&[&name]));
        }
        if name.is_empty() && self.dds_of_step == 0 && !self.is_partial {
            self.findings.stop(statement, at, IEFC617I.plain());
        }
        if self.dds_of_step == MAX_DDS {
            self.findings.stop(statement, at, IEFC649I.plain());
        }
        if let Some(source) = &source {
            self.check_dd(source, field, statement);
            self.check_outputs(field, statement);
        }
        self.takes_data = matches!(source, Some(Source::InStream(_))).then_some(visible);
        let spool_name = spool_name(field);
        self.push_dd(name, statement, source);
        if let Some(part) =
            self.steps.last_mut().and_then(|step| step.dds.last_mut()).and_then(|dd| dd.parts.last_mut())
        {
            part.spool_name = spool_name;
        }
    }

    /// A DD before the first step: JOBLIB, or one of those that are not emulated.
    pub(super) fn dd_of_job(&mut self, name: &str, source: Option<Source>, at: Position, statement: u32) {
        if name == "JOBLIB" || (name.is_empty() && self.joblib.is_some()) {
            let Some(source) = source else { return };
            let joblib = self.joblib.get_or_insert_with(|| Dd { name: name.to_owned(), parts: Vec::new() });
            return joblib.parts.push(DdPart { statement, source, spool_name: None });
        }
        if JOB_LEVEL_DDNAMES.contains(&name) {
            self.job_has_dd = true;
            return self.findings.hint_once(statement, at, ZJB054I.with(&[&name]));
        }
        if !(name.is_empty() && self.job_has_dd) {
            self.findings.stop(statement, at, IEFC606I.plain());
        }
    }

    pub(super) fn push_dd(&mut self, name: &str, statement: u32, source: Option<Source>) {
        self.dds_of_step += 1;
        let Some(step) = self.steps.last_mut() else { return };
        // One that cannot be read stops the job, but what refers to it is right.
        let source = source.unwrap_or_else(|| Source::NotEmulated { what: name.to_owned() });
        let part = DdPart { statement, source, spool_name: None };
        match step.dds.last_mut() {
            Some(dd) if name.is_empty() => dd.parts.push(part),
            _ => step.dds.push(Dd { name: name.to_owned(), parts: vec![part] }),
        }
    }
}

/// NAME of `DSN=&&NAME` (JCL reference, "DSNAME parameter", "Naming in-stream and sysout data sets").
fn spool_name(field: &Field<'_>) -> Option<String> {
    let text = field.text.as_str();
    let name = keyword(text, field.operands(), &["DSN", "DSNAME"])?.span().of(text);
    let name = name.trim_start_matches('&');
    is_simple_name(name).then(|| name.to_owned())
}
