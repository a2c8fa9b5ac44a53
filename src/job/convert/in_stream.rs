//! In-stream data on its way into the DD that it belongs to, with or without a DD statement before it.
//!
//! Border: belonging. How cards become records is `stream`'s matter.

use crate::jcl::ast::Data;
use crate::job::model::Source;
use crate::message::converter::IEFC606I;
use crate::message::own::{ZJB032I, ZJB048I};

use super::flow::{Converter, Item, count};
use super::stream::Reader;
use super::symbols::Visible;

impl<'d> Converter<'d> {
    pub(super) fn data(&mut self, data: Data, item: Item<'d>) {
        if self.frame().pending.is_some() {
            return self.keep_data(data, item);
        }
        if data.generated {
            self.generated_sysin(data.records, item);
        }
        let Some(visible) = self.takes_data.take() else { return };
        let statement = self.listing.number();
        self.fill(data, item, statement, visible);
    }

    /// Puts in-stream data into the DD that came last.
    pub(super) fn fill(&mut self, data: Data, item: Item<'d>, statement: u32, visible: Visible) {
        let cards = item.cards().get(..data.records).unwrap_or(item.cards());
        let symbols = (&self.symbols, visible);
        let reader = self.reader_of_last_dd();
        let records = self.encoder.records(cards, item.first_card(), statement, symbols, reader, &mut self.findings);
        let last = self.steps.last_mut().and_then(|step| step.dds.last_mut()).and_then(|dd| dd.parts.last_mut());
        if let Some(part) = last {
            part.source = Source::InStream(records);
        }
    }

    fn reader_of_last_dd(&self) -> Reader {
        let Some(step) = self.steps.last() else { return Reader::Program };
        let is_parm = step.dds.last().is_some_and(|dd| step.parm_dd.as_deref() == Some(dd.name.as_str()));
        if is_parm { Reader::ParmDd } else { Reader::Program }
    }

    pub(super) fn generated_sysin(&mut self, cards: usize, item: Item<'d>) {
        let statement = self.listing.generated_sysin();
        if self.steps.is_empty() && !self.is_partial {
            self.findings.explained(statement, item.start(), IEFC606I.plain(), Some(ZJB048I.plain()));
            return;
        }
        self.hint_generated(statement, cards, item);
        self.close_group();
        self.push_dd("SYSIN", statement, Some(Source::InStream(Vec::new())));
        self.takes_data = Some(Visible::Nothing);
    }

    pub(super) fn hint_generated(&mut self, statement: u32, cards: usize, item: Item<'d>) {
        let first = item.first_card();
        let last = first.saturating_add(count(cards)).saturating_sub(1);
        self.findings.hint(Some(statement), item.start(), ZJB032I.with(&[&first, &last]));
    }
}
