use std::fs;

use figment::{Figment, error::Kind, providers::Serialized, value::Dict};
use serde::{Serialize, de::DeserializeOwned};

use super::{
    ConfigError, SECTIONS, Sources,
    layer::{Layer, is_alias, key_of_variable, readings},
};

/// Words in the name of a key whose value must not be repeated.
const SENSITIVE: [&str; 4] = ["key", "token", "secret", "password"];

pub(super) fn load<T>(sources: &Sources) -> Result<T, ConfigError>
where
    T: Serialize + DeserializeOwned + Default,
{
    let base = Figment::from(Serialized::defaults(T::default()));
    let own = own_sections(&base);
    let mut layers = Vec::new();
    layers.extend(file_layer(sources)?);
    layers.extend(environment_layers::<T>(sources, &base));
    layers.extend(override_layers(sources));
    for layer in &mut layers {
        keep_own(layer, &own)?;
    }
    layers
        .iter()
        .fold(base.clone(), |merged, layer| merged.merge(layer.clone()))
        .extract()
        .map_err(|error| explain::<T>(&base, &layers, &error))
}

/// The root keys that this process has.
fn own_sections(base: &Figment) -> Vec<String> {
    let root = base.extract::<Dict>().unwrap_or_default();
    root.into_keys().collect()
}

fn file_layer(sources: &Sources) -> Result<Option<Layer>, ConfigError> {
    let Some(path) = sources.file() else {
        return Ok(None);
    };
    let text = fs::read_to_string(path).map_err(|error| ConfigError::Unreadable { path: path.to_owned(), error })?;
    let table = toml::from_str(&text)
        .map_err(|error| ConfigError::Syntax { path: path.to_owned(), message: error.to_string() })?;
    Ok(Some(Layer { origin: format!("file {}", path.display()), table }))
}

fn environment_layers<T: DeserializeOwned>(sources: &Sources, base: &Figment) -> Vec<Layer> {
    let mut variables: Vec<_> = sources.environment.iter().collect();
    // The environment has no order of its own; sorting makes the outcome the same each time, aliases first: they are weaker.
    variables.sort_by_key(|(name, _)| (!is_alias(name), name.as_str()));
    variables
        .into_iter()
        .filter_map(|(name, text)| {
            let key = key_of_variable(name, text)?;
            Some(variable_layer::<T>(base, name, &key, text))
        })
        .collect()
}

/// Reads a variable's text as what its key takes, or as it stands when nothing fits, so that the error shows it.
fn variable_layer<T: DeserializeOwned>(base: &Figment, name: &str, key: &str, text: &str) -> Layer {
    let origin = format!("environment variable {name}");
    let literal = toml::Value::String(text.to_owned());
    readings(text)
        .into_iter()
        .map(|reading| Layer::of_key(origin.clone(), key, reading))
        .find(|layer| misfit::<T>(base, layer).is_none())
        .unwrap_or_else(|| Layer::of_key(origin.clone(), key, literal))
}

/// Why a layer does not fit on top of the defaults; `None` when it does.
fn misfit<T: DeserializeOwned>(base: &Figment, layer: &Layer) -> Option<figment::Error> {
    base.clone().merge(layer.clone()).extract::<T>().err()
}

fn override_layers(sources: &Sources) -> impl Iterator<Item = Layer> {
    sources.overrides.iter().map(|(key, value)| Layer::of_key("the command line".to_owned(), key, value.clone()))
}

/// Drops other processes' sections; a section of no process is an error.
fn keep_own(layer: &mut Layer, own: &[String]) -> Result<(), ConfigError> {
    let is_own = |key: &str| own.iter().any(|section| section == key);
    let unknown = layer.table.keys().find(|key| !is_own(key) && !SECTIONS.contains(&key.as_str()));
    if let Some(key) = unknown {
        return Err(ConfigError::UnknownSection {
            key: key.clone(),
            origin: layer.origin.clone(),
            known: SECTIONS.join(", "),
        });
    }
    layer.table.retain(|key, _| is_own(key));
    Ok(())
}

/// Finds the key at fault by trying each alone. Serde's own path would be lost where a root is flattened.
fn explain<T: DeserializeOwned>(base: &Figment, layers: &[Layer], error: &figment::Error) -> ConfigError {
    layers
        .iter()
        .flat_map(Layer::leaves)
        .find_map(|(key, layer)| {
            let error = misfit::<T>(base, &layer)?;
            Some(ConfigError::Invalid { problem: describe(&key, &layer, &error.kind), origin: layer.origin, key })
        })
        .unwrap_or_else(|| ConfigError::Combination(error.to_string()))
}

fn describe(key: &str, layer: &Layer, kind: &Kind) -> String {
    match kind {
        // A type's own error says what it wants, but not always what it got.
        Kind::Message(message) => match shown_value(key, layer) {
            Some(value) if !message.contains(&value) => format!("{message}, found {value}"),
            _ => message.clone(),
        },
        kind => kind.to_string(),
    }
}

fn shown_value(key: &str, layer: &Layer) -> Option<String> {
    let name = key.rsplit('.').next().unwrap_or(key);
    if SENSITIVE.iter().any(|word| name.contains(word)) {
        return None;
    }
    let mut value = &toml::Value::Table(layer.table.clone());
    for level in key.split('.') {
        value = value.get(level)?;
    }
    Some(value.to_string())
}
