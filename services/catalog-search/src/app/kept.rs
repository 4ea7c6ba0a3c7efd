//! Replaced generations, kept for readers that name them: a shopper who pages through results, a reply whose evidence is checked.
//!
//! They are kept for a time and within bounds. A revision of offers costs memory for what it changed; a replaced import costs as much as
//! the one that is served. The bounds on revisions are wider than what the least interval between two of them allows in the usual time,
//! so that only a flood of changes meets them; what is oldest goes first then.

use std::{
    collections::{HashMap, HashSet, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use easymart_core::UnixMillis;

use super::Generation;
use crate::metrics as names;

/// Most revisions that are kept.
const MAX_REVISIONS: usize = 10_000;
/// Most changed offers that kept revisions may hold together: some hundred MiB at the worst.
const MAX_CHANGES: usize = 1_000_000;

/// How long and how many.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Retention {
    /// How long after it was replaced.
    pub(crate) time: Duration,
    /// Replaced imports, besides the one that is served.
    pub(crate) imports: usize,
}

/// The replaced generations.
pub(super) struct Kept {
    retention: Retention,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    by_id: HashMap<String, Replaced>,
    /// Names in the order in which they were replaced.
    order: VecDeque<String>,
    /// How many are kept of each import.
    imports: HashMap<String, usize>,
    /// Changed offers of all together.
    changes: usize,
}

struct Replaced {
    generation: Arc<Generation>,
    until: UnixMillis,
    /// Offers that the generation behind it changed.
    changes: usize,
}

impl Kept {
    /// Keeps nothing yet.
    pub(super) fn new(retention: Retention) -> Self {
        Self { retention, state: Mutex::default() }
    }

    /// Keeps a generation that was replaced by one that changed so many offers.
    pub(super) fn keep(&self, generation: Arc<Generation>, serving: &Generation, changes: usize, now: UnixMillis) {
        let mut state = self.state();
        let until = now.saturating_add(i64::try_from(self.retention.time.as_millis()).unwrap_or(i64::MAX));
        state.add(Replaced { generation, until, changes });
        state.expire(now);
        state.bound_imports(serving, self.retention.imports);
        while state.order.len() > MAX_REVISIONS || state.changes > MAX_CHANGES {
            state.let_go();
        }
        state.count();
    }

    /// A generation that is still kept.
    pub(super) fn get(&self, id: &str, now: UnixMillis) -> Option<Arc<Generation>> {
        let state = self.state();
        state.by_id.get(id).filter(|kept| now < kept.until).map(|kept| Arc::clone(&kept.generation))
    }

    /// Lets go what has been kept for long enough. Whether an import went with its last revision.
    pub(super) fn expire(&self, now: UnixMillis) -> bool {
        let mut state = self.state();
        let before = state.imports.len();
        state.expire(now);
        state.count();
        state.imports.len() < before
    }

    /// Names of the imports of which something is kept.
    pub(super) fn imports(&self) -> HashSet<String> {
        self.state().imports.keys().cloned().collect()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn expire(&mut self, now: UnixMillis) {
        while self.oldest().is_some_and(|oldest| oldest.until <= now) {
            self.let_go();
        }
    }

    /// Lets go of the oldest imports when there are too many.
    fn bound_imports(&mut self, serving: &Generation, most: usize) {
        while self.imports.keys().filter(|import| **import != serving.record.id).count() > most {
            self.let_go();
        }
    }

    fn oldest(&self) -> Option<&Replaced> {
        self.by_id.get(self.order.front()?)
    }

    fn add(&mut self, replaced: Replaced) {
        let (id, import) = (&replaced.generation.id, &replaced.generation.record.id);
        self.order.push_back(id.clone());
        self.changes += replaced.changes;
        *self.imports.entry(import.clone()).or_default() += 1;
        self.by_id.insert(id.clone(), replaced);
    }

    fn let_go(&mut self) {
        let Some(gone) = self.order.pop_front().and_then(|id| self.by_id.remove(&id)) else { return };
        self.changes -= gone.changes;
        let import = &gone.generation.record.id;
        if let Some(kept) = self.imports.get_mut(import) {
            *kept -= 1;
            if *kept == 0 {
                self.imports.remove(import);
            }
        }
    }

    fn count(&self) {
        metrics::gauge!(names::KEPT_GENERATIONS).set(self.order.len() as f64);
    }
}
