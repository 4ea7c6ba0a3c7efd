//! Products side by side.

use super::{
    Mood, Outcome, Scene, Stop,
    which::{name_of, which},
};
use crate::domain::{
    fragment::{ClaimKind, Fragment, Proof},
    product::Brief,
    state::Waiting,
    tool::{ComparisonResult, ToolCall, ToolResult},
    understanding::{Intent, Reference},
};

/// Most products compared at once.
const MOST_PRODUCTS: usize = 4;
/// Most differing attributes told.
const DIFFERENCES: usize = 3;

/// Compares the products that were named; without any named, all that are shown.
pub(super) fn compare(scene: &Scene<'_>) -> Result<Outcome, Stop> {
    let wanted = wanted(scene)?;
    if wanted.len() < 2 {
        let key = if scene.state.lists.options() < 2 { "compare.nothing" } else { "compare.which" };
        return Ok(ask(scene, key));
    }
    let too_many = wanted.len() > MOST_PRODUCTS;
    let chosen: Vec<&Brief> = wanted.iter().take(MOST_PRODUCTS).collect();
    let call = ToolCall::CompareProducts {
        product_ids: chosen.iter().map(|p| p.product_id.clone()).collect(),
        options: options(scene, &chosen),
    };
    let answer = scene.ask(&call)?;
    let Ok(ToolResult::Comparison(result)) = answer.outcome else {
        return Ok(Outcome::say(scene, scene.text("which.gone", &[])));
    };
    let mut statement = Fragment::default();
    if too_many {
        let most = answer.proof.number("most", result.most);
        statement = scene.text("compare.too_many", &[("most", most)]);
    }
    statement.push_sentence(&verdict(scene, result, &answer.proof));
    if scene.act.attribute.as_deref() != Some("price") {
        statement.push_sentence(&differences(scene, &options(scene, &chosen), result, &answer.proof));
    }
    let mut outcome = Outcome::say(scene, statement).with_intents(&[Intent::ProductCompare]).with_mood(Mood::Which);
    outcome.state.compared = chosen.into_iter().cloned().collect();
    outcome.state.asked = 0;
    Ok(outcome)
}

fn wanted(scene: &Scene<'_>) -> Result<Vec<Brief>, Stop> {
    let vague = scene.act.references.is_empty()
        || scene.act.references == [Reference::Pronoun]
        || scene.act.references == [Reference::FirstN(None)];
    if vague {
        return Ok(if scene.state.compared.len() > 1 && scene.act.references.is_empty() {
            scene.state.compared.clone()
        } else {
            scene.state.lists.products().to_vec()
        });
    }
    let mut found = which(scene)?;
    // "Compare it with option 3": one named, the other in focus.
    if let ([only], Some(focus)) = (found.as_slice(), &scene.state.focus)
        && only.product_id != focus.product_id
    {
        found.insert(0, focus.clone());
    }
    Ok(found)
}

fn options(scene: &Scene<'_>, chosen: &[&Brief]) -> Vec<u32> {
    let list = scene.state.lists.current();
    chosen.iter().filter_map(|product| list.number_of(&product.product_id)).collect()
}

fn ask(scene: &Scene<'_>, key: &str) -> Outcome {
    let waiting = Waiting::WhichProduct { act: Box::new(scene.act.clone()) };
    let mood = if scene.state.lists.options() < 2 { Mood::Kind(super::search::kinds(scene)) } else { Mood::Pair };
    Outcome::clarify(scene, scene.text(key, &[]), waiting).with_mood(mood)
}

/// Names and prices, and which is the cheaper.
fn verdict(scene: &Scene<'_>, result: &ComparisonResult, proof: &Proof) -> Fragment {
    let prices: Vec<Fragment> = result
        .products
        .iter()
        .enumerate()
        .map(|(index, product)| {
            let proof = proof.at(&format!("products[{index}]"));
            let name = name_of(&proof, "title", &product.title);
            match product.price {
                Some(price) => {
                    let price = proof.price("price", price);
                    scene.text("compare.price", &[("name", name), ("price", price)])
                }
                None => scene.text("compare.no_price", &[("name", name)]),
            }
        })
        .collect();
    let prices = scene.shop.texts.all_of(&prices);
    let mut text = scene.text("compare.prices", &[("prices", prices)]);
    let (Some(cheapest), Some(difference)) = (result.cheapest, result.price_difference) else {
        return text;
    };
    if difference.minor == 0 {
        text.push_sentence(&scene.text("compare.same_price", &[]));
        return text;
    }
    let Some(product) = result.products.get(cheapest) else {
        return text;
    };
    let name = name_of(proof, &format!("products[{cheapest}].title"), &product.title);
    let difference = proof.price("price_difference", difference);
    let key = if result.products.len() == 2 { "compare.cheaper" } else { "compare.cheapest" };
    text.push_sentence(&scene.text(key, &[("name", name), ("difference", difference)]));
    text
}

/// The attributes in which they differ.
fn differences(scene: &Scene<'_>, options: &[u32], result: &ComparisonResult, proof: &Proof) -> Fragment {
    let mut text = Fragment::default();
    let differing =
        result.rows.iter().enumerate().filter(|(_, row)| row.differs && row.attribute != "price" && short(&row.values));
    for (index, row) in differing.take(DIFFERENCES) {
        let label = proof.text(ClaimKind::Attribute, &format!("rows[{index}].label"), &row.label);
        let values = row_values(scene, options, &row.values, &proof.at(&format!("rows[{index}]")), proof);
        let row = scene.text("compare.row", &[("label", label), ("values", values)]);
        text.push_sentence(&row.capitalised());
    }
    text
}

/// The values side by side; where several products share one, each value once, with the options that have it.
fn row_values(scene: &Scene<'_>, options: &[u32], values: &[String], row: &Proof, proof: &Proof) -> Fragment {
    let texts = &scene.shop.texts;
    let value_at = |place: usize, value: &String| match value.as_str() {
        "" => Fragment::plain(texts.word("compare.unknown")),
        value => row.text(ClaimKind::Attribute, &format!("values[{place}]"), value),
    };
    let first_of = |value: &String| values.iter().position(|other| other == value);
    let different: Vec<usize> =
        (0..values.len()).filter(|place| values.get(*place).and_then(first_of) == Some(*place)).collect();
    if different.len() == values.len() || options.len() != values.len() {
        let shown: Vec<Fragment> = values.iter().enumerate().map(|(place, value)| value_at(place, value)).collect();
        return Fragment::list(&shown, &texts.word("compare.against"), &texts.word("compare.against"));
    }
    let group = |place: &usize| {
        let value = values.get(*place)?;
        let sharing: Vec<Fragment> = values
            .iter()
            .zip(options)
            .enumerate()
            .filter(|(_, (other, _))| *other == value)
            .map(|(at, (_, option))| proof.number(&format!("arguments.options[{at}]"), option))
            .collect();
        let slots = [("value", value_at(*place, value)), ("options", texts.all_of(&sharing))];
        Some(texts.count("compare.group", u32::try_from(sharing.len()).unwrap_or(u32::MAX), &slots))
    };
    let groups: Vec<Fragment> = different.iter().filter_map(group).collect();
    Fragment::list(&groups, &texts.word("compare.against"), &texts.word("compare.against"))
}

/// Values that a sentence can hold.
fn short(values: &[String]) -> bool {
    values.iter().all(|value| value.chars().count() <= 40)
}
