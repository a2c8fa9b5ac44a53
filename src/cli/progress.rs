//! Bars for long work, on a terminal only.

use std::sync::{Mutex, MutexGuard, PoisonError};

use indicatif::{ProgressBar, ProgressStyle};

use crate::program::Progress;

/// Bytes below which no bar is shown.
const WORTH_A_BAR: u64 = 32 << 20;

/// Draws a bar on the error output, or nothing. Threads may advance it together.
#[derive(Default)]
pub struct Bars {
    is_terminal: bool,
    bar: Mutex<Option<ProgressBar>>,
}

impl Bars {
    /// Bars if the error output is a terminal.
    pub fn new(is_terminal: bool) -> Self {
        Self { is_terminal, bar: Mutex::new(None) }
    }

    fn bar(&self) -> MutexGuard<'_, Option<ProgressBar>> {
        self.bar.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Says something without tearing the bar.
    pub fn aside(&self, say: impl FnOnce()) {
        let bar = self.bar().clone();
        match bar {
            Some(bar) => bar.suspend(say),
            None => say(),
        }
    }
}

impl Progress for Bars {
    fn begin(&self, what: &str, total: Option<u64>) {
        if !self.is_terminal || total.is_some_and(|total| total < WORTH_A_BAR) {
            return;
        }
        let (bar, template) = match total {
            Some(total) => {
                (ProgressBar::new(total), "{msg} {wide_bar} {bytes}/{total_bytes} {binary_bytes_per_sec} {eta}")
            }
            None => (ProgressBar::new_spinner(), "{msg} {spinner} {bytes} {binary_bytes_per_sec}"),
        };
        // The template is a constant; a wrong one would only look plain.
        let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
        *self.bar() = Some(bar.with_style(style).with_message(what.to_owned()));
    }

    fn advance(&self, bytes: u64) {
        if let Some(bar) = &*self.bar() {
            bar.inc(bytes);
        }
    }

    fn end(&self) {
        if let Some(bar) = self.bar().take() {
            bar.finish_and_clear();
        }
    }
}
