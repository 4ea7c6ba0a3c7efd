//! Places that shoppers name instead of a postcode.

use std::{collections::BTreeMap, sync::LazyLock};

use serde::Deserialize;

/// Names of places, and where they lie.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Places {
    postcodes: BTreeMap<String, String>,
    states: BTreeMap<String, String>,
    also: BTreeMap<String, String>,
}

static PLACES: LazyLock<Places> =
    LazyLock::new(|| toml::from_str(include_str!("../../data/nlu/places.toml")).unwrap_or_default());

/// The places of the data file, read once.
pub(crate) fn places() -> &'static Places {
    &PLACES
}

impl Places {
    /// Each way to name a place, with its proper name. Towns go before states: "Port Augusta, South Australia" is a town.
    pub(crate) fn names(&self) -> impl Iterator<Item = (&str, &str)> {
        let proper = self.postcodes.keys().chain(self.states.keys()).map(|name| (name.as_str(), name.as_str()));
        proper.chain(self.also.iter().map(|(name, proper)| (name.as_str(), proper.as_str())))
    }

    /// A postcode of a town.
    pub(crate) fn postcode(&self, name: &str) -> Option<&str> {
        self.postcodes.get(name).map(String::as_str)
    }

    /// The code of a state.
    pub(crate) fn state(&self, name: &str) -> Option<&str> {
        self.states.get(name).map(String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_other_name_leads_to_a_place() {
        let places: Places = toml::from_str(include_str!("../../data/nlu/places.toml")).unwrap();
        for (also, proper) in &places.also {
            assert!(places.postcode(proper).is_some() || places.state(proper).is_some(), "{also}");
        }
        assert!(places.postcodes.values().all(|postcode| postcode.len() == 4));
    }
}
