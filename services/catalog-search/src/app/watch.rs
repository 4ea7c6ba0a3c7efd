//! Tells those who watch the catalogue what is being served. Each remembers what it told last and compares it with what is current when
//! it wakes: a slow one misses steps and costs nothing, and what it tells is exact all the same.

use std::sync::Arc;

use tokio::sync::watch;

use super::{Catalogues, Generation};

/// What happened since the last time.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Change {
    /// Nothing: the state at the beginning.
    Current,
    /// Another import is served.
    Imported,
    /// Offers changed at these places.
    Offers(Vec<u32>),
}

/// One who watches.
pub(crate) struct Watcher {
    catalogues: Catalogues,
    wake: watch::Receiver<()>,
    told: Option<Told>,
}

/// What was told last.
struct Told {
    /// Name of the generation; empty: there was none.
    id: String,
    revision: u32,
}

/// What to tell.
pub(crate) struct News {
    /// What is served; `None`: nothing was ever imported.
    pub(crate) generation: Option<Arc<Generation>>,
    /// Generation told of before.
    pub(crate) previous: String,
    /// What happened.
    pub(crate) change: Change,
}

impl Catalogues {
    /// Starts watching.
    pub(crate) fn watch(&self) -> Watcher {
        Watcher { wake: self.inner.changed.subscribe(), catalogues: self.clone(), told: None }
    }
}

impl Watcher {
    /// Waits for the next thing to tell: at once the first time.
    pub(crate) async fn next(&mut self) -> Option<News> {
        loop {
            self.wake.borrow_and_update();
            if let Some(news) = self.news() {
                return Some(news);
            }
            self.wake.changed().await.ok()?;
        }
    }

    fn news(&mut self) -> Option<News> {
        let generation = self.catalogues.current();
        let id = generation.as_ref().map_or_else(String::new, |generation| generation.id.clone());
        let revision = generation.as_ref().map_or(0, |generation| generation.revision);
        let (previous, change) = match self.told.take() {
            None => (String::new(), Change::Current),
            Some(told) if told.id == id => {
                self.told = Some(told);
                return None;
            }
            Some(told) => {
                let change = change(generation.as_deref(), &told);
                (told.id, change)
            }
        };
        self.told = Some(Told { id, revision });
        Some(News { generation, previous, change })
    }
}

fn change(generation: Option<&Generation>, told: &Told) -> Change {
    match generation.filter(|generation| generation.is_of_same_import(&told.id)) {
        None => Change::Imported,
        Some(generation) => {
            let changed = generation.catalogue.offers_since(told.revision);
            Change::Offers(changed.into_iter().map(|(place, _)| place).collect())
        }
    }
}
