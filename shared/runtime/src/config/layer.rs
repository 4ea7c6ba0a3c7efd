use figment::{
    Error, Metadata, Profile, Provider,
    value::{Dict, Map, Value},
};
use toml::Table;

/// What the name of every variable of ours starts with.
pub(super) const PREFIX: &str = "EASYMART_";

/// Short names of variables that people know from elsewhere, and the key that each sets.
const ALIASES: [(&str, &str); 3] = [
    ("EASYMART_LLM_URL", "llm_proxy.url"),
    ("EASYMART_LLM_API_KEY", "llm_proxy.api_key"),
    ("EASYMART_LLM_MODEL", "llm_proxy.model"),
];

/// Keys from one place, which error texts name.
#[derive(Debug, Clone)]
pub(super) struct Layer {
    pub(super) origin: String,
    pub(super) table: Table,
}

impl Layer {
    /// One dotted key with its value.
    pub(super) fn of_key(origin: String, key: &str, value: toml::Value) -> Self {
        let mut levels = key.rsplit('.');
        let innermost = levels.next().unwrap_or_default().to_owned();
        let leaf = Table::from_iter([(innermost, value)]);
        let table = levels.fold(leaf, |inner, level| Table::from_iter([(level.to_owned(), toml::Value::Table(inner))]));
        Self { origin, table }
    }

    /// Every key that holds no further keys, with its dotted path, as layers of their own.
    pub(super) fn leaves(&self) -> Vec<(String, Self)> {
        let mut found = Vec::new();
        collect_leaves(&self.table, "", &mut found);
        found
            .into_iter()
            .map(|(key, value)| {
                let layer = Self::of_key(self.origin.clone(), &key, value);
                (key, layer)
            })
            .collect()
    }
}

fn collect_leaves(table: &Table, path: &str, found: &mut Vec<(String, toml::Value)>) {
    for (name, value) in table {
        let key = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
        match value {
            toml::Value::Table(inner) if !inner.is_empty() => collect_leaves(inner, &key, found),
            leaf => found.push((key, leaf.clone())),
        }
    }
}

impl Provider for Layer {
    fn metadata(&self) -> Metadata {
        Metadata::named(self.origin.clone())
    }

    fn data(&self) -> Result<Map<Profile, Dict>, Error> {
        let dict = Value::serialize(&self.table)?.into_dict().unwrap_or_default();
        Ok(Map::from([(Profile::Default, dict)]))
    }
}

/// The dotted key that a variable sets; `None` when it is none of ours, or an alias that is left empty.
pub(super) fn key_of_variable(name: &str, value: &str) -> Option<String> {
    if let Some((_, key)) = ALIASES.iter().find(|(alias, _)| *alias == name) {
        return (!value.is_empty()).then(|| (*key).to_owned());
    }
    let key = name.strip_prefix(PREFIX)?;
    Some(key.to_ascii_lowercase().replace("__", "."))
}

/// Whether a variable is an alias, which the full name of the same key overrides.
pub(super) fn is_alias(name: &str) -> bool {
    ALIASES.iter().any(|(alias, _)| *alias == name)
}

/// What the text of a variable may stand for, the most literal first: the key's type decides.
pub(super) fn readings(text: &str) -> Vec<toml::Value> {
    let literal = toml::Value::String(text.to_owned());
    let parsed = toml::from_str::<Table>(&format!("value = {text}")).ok().and_then(|mut table| table.remove("value"));
    let list = text
        .split(',')
        .map(|item| toml::Value::String(item.trim().to_owned()))
        .filter(|item| item.as_str() != Some(""))
        .collect();
    let mut readings = vec![literal];
    readings.extend(parsed);
    readings.push(toml::Value::Array(list));
    readings
}
