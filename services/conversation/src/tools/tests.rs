//! The registry: schema and parser say the same of every document, and a wrong one is refused with the name of what is wrong.

use std::sync::LazyLock;

use easymart_core::{Currency, Money, reason};
use jsonschema::Validator;
use proptest::{collection::vec, prelude::*, sample::select};
use serde_json::{Map, Value, json};

use super::registry::{Definition, definitions, parse};
use crate::domain::{
    search_state::SearchState,
    tool::{CartAction, CartChange, ContactType, PolicyType, Tool, ToolCall, arguments},
    understanding::{Dimension, Exclusions, SizeLimit, SortOrder},
};

/// Arguments that a schema cannot judge: amounts finer than the currency, and what an action of the cart needs.
const BEYOND_SCHEMA: [&str; 5] = ["price_min", "price_max", "order_total", "product_id", "quantity"];

static DEFINITIONS: LazyLock<Vec<Definition>> = LazyLock::new(definitions);

fn schema(tool: Tool) -> &'static Value {
    &DEFINITIONS.iter().find(|definition| definition.name == tool.name()).unwrap().parameters
}

fn read(tool: Tool, arguments: &Value) -> Result<ToolCall, String> {
    parse(tool, arguments, Currency::AUD).map_err(|error| error.violations.first().unwrap().field.clone())
}

#[test]
fn every_tool_is_described_in_place() {
    let definitions = definitions();
    let names: Vec<&str> = definitions.iter().map(|definition| definition.name).collect();
    assert_eq!(names, Tool::ALL.map(Tool::name));
    for definition in definitions {
        let parameters = &definition.parameters;
        assert!(definition.description.ends_with('.'), "{}", definition.name);
        assert_eq!((&parameters["type"], &parameters["additionalProperties"]), (&json!("object"), &json!(false)));
        assert!(!parameters.to_string().contains("$ref"), "{parameters}");
        assert!(jsonschema::meta::is_valid(parameters), "{parameters}");
    }
}

#[test]
fn what_is_wrong_is_named() {
    use Tool as T;
    for (tool, arguments, field) in [
        (T::SearchProducts, json!({"price_max": "cheap"}), "price_max"),
        (T::SearchProducts, json!({"price_max": 10.005}), "price_max"),
        (T::SearchProducts, json!({"size": {"max_width_cm": -1}}), "size.max_width_cm"),
        (T::SearchProducts, json!({"exclude": {"colour": ["red", "red"]}}), "exclude.colour"),
        (T::SearchProducts, json!({"colour": [7]}), "colour"),
        (T::SearchProducts, json!({"size": [null, 120, null, null, null, null]}), "size"),
        (T::SearchProducts, json!({"sort": "newest"}), "sort"),
        (T::SearchProducts, json!({"limit": 5}), "limit"),
        (T::SearchProducts, json!(["desk"]), "arguments"),
        (T::GetProductSpecs, json!({}), "arguments"),
        (T::GetProductSpecs, json!({"product_id": ""}), "product_id"),
        (T::CompareProducts, json!({"product_ids": ["D1"]}), "product_ids"),
        (T::CompareProducts, json!({"product_ids": ["D1", "D2"], "options": [1, 0]}), "options[1]"),
        (T::UpdateCart, json!({"action": "add", "product_id": "D1", "quantity": 100}), "quantity"),
        (T::UpdateCart, json!({"action": "add"}), "product_id"),
        (T::UpdateCart, json!({"action": "update_quantity", "product_id": "D1"}), "quantity"),
        (T::UpdateCart, json!({"action": "buy"}), "action"),
        (T::GetCart, json!({"cart_id": "another"}), "cart_id"),
        (T::CalculateShipping, json!({"postcode": 800}), "postcode"),
    ] {
        assert_eq!(read(tool, &arguments).unwrap_err(), field, "{} {arguments}", tool.name());
        assert_eq!(parse(tool, &arguments, Currency::AUD).unwrap_err().reason, reason::FIELD_INVALID);
    }
}

#[test]
fn what_turns_report_is_read_back() {
    let search = SearchState {
        query: Some("with drawers".to_owned()),
        category: Some("desk".to_owned()),
        colours: vec!["black".to_owned()],
        materials: vec!["wood".to_owned(), "steel".to_owned()],
        price_min: Some(Money::new(5_000, Currency::AUD)),
        price_max: Some(Money::new(19_995, Currency::AUD)),
        sizes: vec![SizeLimit { dimension: Dimension::Width, min_cm: Some(90.0), max_cm: Some(120.5) }],
        seats: Some(2),
        weight_capacity_kg: Some(120.0),
        features: vec!["adjustable".to_owned()],
        exclude: Exclusions { colours: vec!["red".to_owned()], ..Exclusions::default() },
        sort: Some(SortOrder::PriceLow),
        page: 2,
        ..SearchState::default()
    };
    let change = |action, product_id: &str, quantity| {
        ToolCall::UpdateCart(CartChange {
            action,
            product_id: product_id.to_owned(),
            line_id: String::new(),
            quantity,
            step: 0,
        })
    };
    for call in [
        ToolCall::SearchProducts(Box::new(search)),
        ToolCall::GetProductSpecs { product_id: "D1".to_owned(), question: Some("material".to_owned()) },
        ToolCall::CheckAvailability { product_id: "D1".to_owned() },
        ToolCall::CompareProducts { product_ids: vec!["D1".to_owned(), "D2".to_owned()], options: vec![1, 2] },
        ToolCall::FindSimilarProducts { product_id: "D1".to_owned(), exclude_ids: vec!["D2".to_owned()] },
        change(CartAction::Add, "D1", 3),
        change(CartAction::UpdateQuantity, "D1", 99),
        change(CartAction::Remove, "D1", 1),
        change(CartAction::Clear, "", 1),
        ToolCall::GetPolicyInfo { policy_type: PolicyType::Returns, topic: None },
        ToolCall::GetContactInfo { info_type: ContactType::Hours },
        ToolCall::CalculateShipping {
            order_total: Some(Money::new(19_900, Currency::AUD)),
            postcode: Some("0800".to_owned()),
        },
        ToolCall::GetCart,
        ToolCall::ListCategories,
        ToolCall::GetCheckoutLink,
        ToolCall::HumanHandoff,
        ToolCall::GetOrderStatus { order_number: Some("48213".to_owned()) },
    ] {
        let reported = arguments(&call);
        assert_eq!(read(call.tool(), &reported), Ok(call), "{reported}");
    }
}

/// Any JSON, a few levels deep.
pub(crate) fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(|number| json!(number)),
        (0..120_i32).prop_map(Value::from),
        "\\PC{0,12}".prop_map(Value::from),
        "[a-z_]{1,8}".prop_map(Value::from),
        Just(Value::from("x".repeat(1_001))),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::from),
            vec(("[a-z_]{1,12}", inner), 0..4).prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

/// Documents that a schema of ours allows.
fn valid(schema: &Value) -> BoxedStrategy<Value> {
    if let Some(value) = schema.get("const") {
        return Just(value.clone()).boxed();
    }
    if let Some(values) = schema["enum"].as_array() {
        return select(values.clone()).boxed();
    }
    for name in ["oneOf", "anyOf"] {
        if let Some(ways) = schema[name].as_array() {
            return proptest::strategy::Union::new(ways.iter().map(valid)).boxed();
        }
    }
    if let Some(types) = schema["type"].as_array() {
        let one = |name: &Value| {
            let mut schema = schema.clone();
            schema["type"] = name.clone();
            valid(&schema)
        };
        return proptest::strategy::Union::new(types.iter().map(one)).boxed();
    }
    let bound = |name: &str| schema[name].as_f64();
    match schema["type"].as_str() {
        Some("string") => "\\PC{1,20}".prop_map(Value::from).boxed(),
        Some("integer") => {
            (bound("minimum").unwrap() as u32..=bound("maximum").unwrap() as u32).prop_map(Value::from).boxed()
        }
        Some("number") => (0..=1_000_000_u32).prop_map(|cents| json!(f64::from(cents) / 100.0)).boxed(),
        Some("null") => Just(Value::Null).boxed(),
        Some("array") => array(schema),
        Some("object") => object(schema),
        _ => panic!("no sample for {schema}"),
    }
}

fn array(schema: &Value) -> BoxedStrategy<Value> {
    let bound = |name: &str, otherwise: u64| schema[name].as_u64().unwrap_or(otherwise) as usize;
    let size = bound("minItems", 0)..=bound("maxItems", 4).min(5);
    let is_unique = schema["uniqueItems"] == json!(true);
    let distinct = |list: &Vec<Value>| (1..list.len()).all(|place| !list[..place].contains(&list[place]));
    vec(valid(&schema["items"]), size)
        .prop_filter("different", move |list| !is_unique || distinct(list))
        .prop_map(Value::from)
        .boxed()
}

fn object(schema: &Value) -> BoxedStrategy<Value> {
    let required: Vec<&str> = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let empty = Map::new();
    let properties = schema["properties"].as_object().unwrap_or(&empty);
    let member = |(name, schema): (&String, &Value)| {
        let (name, value) = (name.clone(), valid(schema));
        let present = if required.contains(&name.as_str()) { Just(true).boxed() } else { any::<bool>().boxed() };
        (present, value).prop_map(move |(present, value)| present.then(|| (name.clone(), value)))
    };
    let members: Vec<_> = properties.iter().map(member).collect();
    members.prop_map(|members| Value::Object(members.into_iter().flatten().collect())).boxed()
}

/// A tool with arguments that are right, nearly right, or anything.
pub(crate) fn any_arguments() -> impl Strategy<Value = (Tool, Value)> {
    let near = |tool: Tool| {
        (valid(schema(tool)), any::<prop::sample::Index>(), any_json()).prop_map(|(mut sample, place, other)| {
            if let Some(members) = sample.as_object_mut().filter(|members| !members.is_empty()) {
                let name = members.keys().nth(place.index(members.len())).unwrap().clone();
                members.insert(name, other);
            }
            sample
        })
    };
    select(Tool::ALL.to_vec()).prop_flat_map(move |tool| {
        let arguments = prop_oneof![1 => any_json(), 3 => near(tool), 2 => valid(schema(tool))];
        (Just(tool), arguments)
    })
}

fn validators() -> Vec<(Tool, Validator)> {
    Tool::ALL.map(|tool| (tool, jsonschema::validator_for(schema(tool)).unwrap())).into()
}

#[test]
fn schema_and_parser_agree_on_everything() {
    let validators = validators();
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::with_cases(3_000)
    });
    let agree = |(tool, arguments): (Tool, Value)| {
        let (_, validator) = validators.iter().find(|(of, _)| *of == tool).unwrap();
        let problem = read(tool, &arguments).err();
        if validator.is_valid(&arguments) {
            let allowed = problem.as_ref().is_none_or(|field| BEYOND_SCHEMA.contains(&field.as_str()));
            prop_assert!(allowed, "{}: {arguments} is valid but {problem:?}", tool.name());
        } else {
            prop_assert!(problem.is_some(), "{}: {arguments} is invalid but was read", tool.name());
        }
        Ok(())
    };
    runner.run(&any_arguments(), agree).unwrap();
}

#[test]
fn schema_valid_samples_are_read() {
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::with_cases(60)
    });
    for tool in Tool::ALL {
        let sampled = |arguments: Value| {
            let problem = read(tool, &arguments).err();
            let is_about_cart = tool == Tool::UpdateCart && problem.is_some();
            prop_assert!(problem.is_none() || is_about_cart, "{}: {arguments} but {problem:?}", tool.name());
            Ok(())
        };
        runner.run(&valid(schema(tool)), sampled).unwrap();
    }
}
