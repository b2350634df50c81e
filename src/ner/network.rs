//! A network that classifies tokens: what it asks for, and the logits that it gives for windows.

use ndarray::{Array2, Axis, s};

use crate::onnx::{Elements, Feed, Network, OnnxError, Port};

/// What the model says of one window: a row for each of its [`Inputs::word_positions`], a column for each label.
pub type Logits = Array2<f32>;

/// The inputs of one window.
#[derive(Clone, Copy, Debug)]
pub struct Inputs<'w> {
    /// Token ids, one a token.
    pub ids: &'w [i64],
    /// Case ids, one a token.
    pub case_ids: &'w [i64],
    /// The tokens whose logits are wanted, by their places among `ids`. A model that asks for them computes its last layer
    /// for these alone; of others, their rows are taken.
    pub word_positions: &'w [i64],
}

/// What an input of a network is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    Ids,
    Mask,
    Types,
    Positions,
    Cases,
    WordPositions,
}

impl Role {
    fn named(name: &str) -> Option<Self> {
        match name {
            "input_ids" => Some(Self::Ids),
            "attention_mask" => Some(Self::Mask),
            "token_type_ids" => Some(Self::Types),
            "position_ids" => Some(Self::Positions),
            "case_ids" => Some(Self::Cases),
            "word_positions" => Some(Self::WordPositions),
            _ => None,
        }
    }
}

/// Whether a network reads the case of words: it was trained by the rules of `scripts/encoding.py` then.
pub fn reads_case(network: &Network) -> bool {
    network.inputs().iter().any(|port| Role::named(&port.name) == Some(Role::Cases))
}

/// A network with token ids as inputs and a row of logits a token as output.
pub struct TokenNetwork {
    network: Network,
    roles: Vec<Role>,
    /// The number of the output that has the logits.
    output: usize,
    /// The windows of a run, where there have to be so many.
    batch: Option<usize>,
    /// The tokens of a window, where there have to be so many.
    tokens: Option<usize>,
    /// What windows are filled up with.
    padding: i64,
}

impl TokenNetwork {
    /// Takes a network for what it is. `labels` is how many there should be, `padding` the id of the token that windows are
    /// filled up with.
    ///
    /// # Errors
    ///
    /// If it is of another kind.
    pub fn new(network: Network, labels: usize, padding: i64) -> Result<Self, OnnxError> {
        let misfit = |what: String| OnnxError::Shape { model: network.name().to_owned(), what };
        let known = |port: &Port| match Role::named(&port.name) {
            Some(role) if matches!(port.elements, Elements::I64 | Elements::I32 | Elements::F32 | Elements::Bool) => {
                Ok(role)
            }
            Some(_) => {
                Err(misfit(format!("its input {:?} is not of whole numbers; expected int64 or int32", port.name)))
            }
            None => Err(misfit(format!(
                "it asks for an input {:?}, which is not known; expected a model for token classification, with input_ids, \
                 attention_mask and perhaps token_type_ids",
                port.name
            ))),
        };
        let roles: Vec<Role> = network.inputs().iter().map(known).collect::<Result<_, _>>()?;
        let Some(ids) = roles.iter().position(|role| *role == Role::Ids) else {
            return Err(misfit("it has no input \"input_ids\"; expected a model for token classification".to_owned()));
        };
        let output = logits(network.outputs(), labels).map_err(misfit)?;
        let size = |at: usize| network.inputs()[ids].sizes.get(at).copied().flatten();
        let (batch, tokens) = (size(0), size(1));
        if batch == Some(0) || tokens == Some(0) {
            return Err(misfit(format!(
                "its input {} reads nothing; expected a model with a batch and a sequence of any size: export it anew",
                network.inputs()[ids].told()
            )));
        }
        Ok(Self { roles, output, batch, tokens, padding, network })
    }

    /// The network itself.
    pub fn network(&self) -> &Network {
        &self.network
    }

    /// The tokens of a window, where there have to be so many.
    pub fn fixed_tokens(&self) -> Option<usize> {
        self.tokens
    }

    /// Runs the network on windows, all at once. Gives the logits of each.
    ///
    /// # Errors
    ///
    /// If ONNX Runtime fails, or the output is not of the shape `[window, token, label]`; `[window, word position, label]` of a
    /// model that asks for word positions.
    pub fn run(&self, windows: &[Inputs<'_>]) -> Result<Vec<Logits>, OnnxError> {
        match self.batch {
            Some(batch) if windows.len() > batch => {
                let runs =
                    windows.chunks(batch).map(|windows| self.run_at_once(windows)).collect::<Result<Vec<_>, _>>()?;
                Ok(runs.into_iter().flatten().collect())
            }
            _ => self.run_at_once(windows),
        }
    }

    fn run_at_once(&self, windows: &[Inputs<'_>]) -> Result<Vec<Logits>, OnnxError> {
        let longest = windows.iter().map(|window| window.ids.len()).max().unwrap_or(0);
        let tokens = self.tokens.unwrap_or(longest);
        let rows = self.batch.unwrap_or(windows.len());
        let most_words = windows.iter().map(|window| window.word_positions.len()).max().unwrap_or(0);
        let failed = |why: String| OnnxError::Run {
            model: self.network.name().to_owned(),
            tokens: longest,
            why,
            advice: self.advice(longest),
        };
        let misfit = |what: String| OnnxError::Shape { model: self.network.name().to_owned(), what };
        if longest > tokens {
            return Err(misfit(format!("it reads {tokens} tokens at a time, and was given {longest}")));
        }
        let feed = |role: &Role| {
            let width = if *role == Role::WordPositions { most_words } else { tokens };
            let mut values = Vec::with_capacity(rows * width);
            for row in 0..rows {
                // Rows that no window needs read one token, so that nothing is divided by nothing.
                let window = windows.get(row);
                let length = window.map_or(1, |window| window.ids.len());
                let filled = |numbers: &[i64], filling: i64, values: &mut Vec<i64>| {
                    let end = values.len() + width;
                    values.extend(numbers);
                    values.resize(end, filling);
                };
                match (role, window) {
                    (Role::Ids, window) => filled(window.map_or(&[], |window| window.ids), self.padding, &mut values),
                    (Role::Cases, window) => filled(window.map_or(&[], |window| window.case_ids), 0, &mut values),
                    (Role::WordPositions, window) => {
                        filled(window.map_or(&[], |window| window.word_positions), 0, &mut values);
                    }
                    (Role::Mask, _) => filled(&vec![1; length], 0, &mut values),
                    (Role::Types, _) => filled(&[], 0, &mut values),
                    (Role::Positions, _) => filled(&(0..width as i64).collect::<Vec<_>>(), 0, &mut values),
                }
            }
            Feed { shape: vec![rows, width], values }
        };
        let feeds: Vec<Feed> = self.roles.iter().map(feed).collect();
        let output = self.network.run(&feeds, self.output).map_err(failed)?;
        let shape = output.shape().to_vec();
        let picks = !self.roles.contains(&Role::WordPositions);
        let expected = if picks { tokens } else { most_words };
        let logits = match output.into_dimensionality::<ndarray::Ix3>() {
            Ok(logits) if logits.shape()[..2] == [rows, expected] => logits,
            _ => {
                return Err(misfit(format!(
                    "its output has the shape {shape:?} where [{rows}, {expected}, labels] was expected; expected a model for \
                     token classification: export it anew for that task"
                )));
            }
        };
        let of_window = |(n, window): (usize, &Inputs<'_>)| {
            let rows = logits.index_axis(Axis(0), n);
            let wanted: Vec<usize> = window.word_positions.iter().map(|&at| at as usize).collect();
            let logits = match picks {
                true => rows.select(Axis(0), &wanted),
                false => rows.slice(s![..wanted.len(), ..]).to_owned(),
            };
            match logits.iter().any(|logit| logit.is_nan()) {
                true => Err(misfit(
                    "its logits are not numbers (NaN); expected a sound model: one of 16 bits may have been converted from a \
                     model that needs 32, export that instead"
                        .to_owned(),
                )),
                false => Ok(logits),
            }
        };
        windows.iter().enumerate().map(of_window).collect()
    }

    /// What can be done where a run fails.
    fn advice(&self, tokens: usize) -> String {
        let inputs: Vec<String> =
            self.network.inputs().iter().map(|port| format!("{} {}", port.name, port.shape())).collect();
        format!(
            "expected a model that reads {tokens} tokens at a time (its inputs: {}): export it anew with a batch and a sequence \
             of any size, or set dateline.window_tokens in its config.json to what it can read",
            inputs.join(", ")
        )
    }
}

/// The number of the output that has a row of logits for each token.
fn logits(outputs: &[Port], labels: usize) -> Result<usize, String> {
    let told = outputs.iter().map(|port| format!("{} {}", port.name, port.shape())).collect::<Vec<_>>().join(", ");
    let is_logits = |port: &Port| {
        port.has_fractions() && port.sizes.len() == 3 && port.sizes[2].is_none_or(|columns| columns == labels)
    };
    let named = outputs.iter().position(|port| port.name == "logits" && port.has_fractions() && port.sizes.len() != 2);
    if let Some(n) = named {
        return Ok(n);
    }
    let fitting: Vec<usize> = (0..outputs.len()).filter(|&n| is_logits(&outputs[n])).collect();
    match fitting[..] {
        [only] => return Ok(only),
        [] => {}
        _ => {
            // Those whose columns are known to fit go before those that may have any number.
            let sure: Vec<usize> = fitting.into_iter().filter(|&n| outputs[n].sizes[2].is_some()).collect();
            if let [only] = sure[..] {
                return Ok(only);
            }
            return Err(format!("several outputs may be the logits ({told}); expected one that is called \"logits\""));
        }
    }
    if outputs.iter().any(|port| matches!(port.elements, Elements::I64 | Elements::I32) && port.sizes.len() == 2) {
        return Err(format!(
            "it gives the numbers of labels and not their logits ({told}): a CRF or an argmax is part of it; expected the output \
             before that, of the shape [batch, token, label]: export the model without it"
        ));
    }
    if outputs.iter().any(|port| port.has_fractions() && port.sizes.len() == 2) {
        return Err(format!(
            "it classifies whole texts ({told}); expected a model for token classification, with an output of the shape [batch, \
             token, label]"
        ));
    }
    match outputs.iter().find(|port| port.has_fractions() && port.sizes.len() == 3) {
        Some(port) => Err(format!(
            "its output {} has the shape {}, but {labels} labels are named; expected as many columns as labels: mend \"id2label\" of \
             config.json, or name them with --labels",
            port.name,
            port.shape()
        )),
        None => Err(format!(
            "none of its outputs ({told}) has the shape [batch, token, label]; expected a model for token classification"
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn port(name: &str, elements: Elements, sizes: &[Option<usize>]) -> Port {
        Port { name: name.to_owned(), elements, sizes: sizes.to_vec() }
    }

    #[test]
    fn logits_are_found_among_outputs() {
        let any = |columns| [None, None, columns];
        let logits_of = |ports: &[Port]| logits(ports, 9);
        assert_eq!(logits_of(&[port("x", Elements::F16, &any(Some(9)))]), Ok(0));
        let hidden = port("last_hidden_state", Elements::F32, &any(Some(768)));
        assert_eq!(logits_of(&[hidden.clone(), port("scores", Elements::F32, &any(None))]), Ok(1));
        assert_eq!(logits_of(&[hidden, port("logits", Elements::F32, &any(None))]), Ok(1));
        let told = |ports: &[Port]| logits_of(ports).unwrap_err();
        assert!(told(&[port("tags", Elements::I64, &[None, None])]).contains("a CRF or an argmax"));
        assert!(told(&[port("logits", Elements::F32, &[None, Some(2)])]).contains("classifies whole texts"));
        assert!(told(&[port("x", Elements::F32, &any(Some(7)))]).contains("9 labels are named"));
        assert!(told(&[port("x", Elements::Other, &[])]).contains("none of its outputs"));
    }
}
