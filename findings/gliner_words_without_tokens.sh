#!/usr/bin/env bash
# A text with an emoji that is joined of two, as of a firefighter, given to a GLiNER whose encoder has a tokenizer of BERT's kind: one
# would expect each word of the text to keep its number on the way to the model, whatever the tokenizer makes of it.
#
# Seen with gliner 0.2.29, transformers 5.16.1 and tokenizers 0.23.3 (Python 3.11, x86-64 Linux): gliner's splitter takes the joiner
# (U+200D) for a word by itself, BERT's normalizer leaves nothing of it, and the numbers in words_mask are those of the words that have
# tokens. So text_lengths says eight words, "Beirut" is the eighth, and its token has the number 7; every name behind the emoji
# is told one word too early. Nothing is said.
#
#   words        Firefighters, U+1F469, U+200D, U+1F692, left, Mosul, for, Beirut
#   words_mask   Firefighters 1, [UNK] 2 and 3, left 4, Mosul 5, for 6, Beirut 7
#
# The same is so for every character that a tokenizer drops: soft hyphens, marks of direction, variation selectors by themselves.
#
# Exits with 1 if this is no longer so. Fetches gliner and PyTorch for the processor (some 300 MB) through pip, into a temporary folder.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check \
    gliner==0.2.29 transformers==5.16.1 tokenizers==0.23.3 torch==2.15.0 onnxruntime==1.32.0
HF_HOME="$folder/hf" HF_HUB_OFFLINE=1 "$folder/venv/bin/python" -W ignore - <<'PYTHON'
import sys
from types import SimpleNamespace

from gliner.data_processing import WordsSplitter
from gliner.data_processing.processor import UniEncoderTokenProcessor
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
from transformers import PreTrainedTokenizerFast

VOCABULARY = "[PAD] [UNK] [CLS] [SEP] <<ENT>> <<SEP>> Firefighters left Mosul for Beirut place".split()

made = Tokenizer(models.WordPiece({word: n for n, word in enumerate(VOCABULARY)}, unk_token="[UNK]"))
made.normalizer = normalizers.BertNormalizer(lowercase=False)
made.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
made.post_processor = processors.TemplateProcessing(
    single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
)
tokenizer = PreTrainedTokenizerFast(
    tokenizer_object=made, pad_token="[PAD]", unk_token="[UNK]", cls_token="[CLS]", sep_token="[SEP]"
)
tokenizer.add_tokens(["<<ENT>>", "<<SEP>>"], special_tokens=True)
splitter = WordsSplitter("whitespace")
processor = UniEncoderTokenProcessor(
    SimpleNamespace(ent_token="<<ENT>>", sep_token="<<SEP>>", max_len=100), tokenizer, splitter
)


def numbers(text: str) -> tuple[int, int]:
    """The number of "Beirut" among the words, and that of its token in words_mask."""
    words = [word for word, _, _ in splitter(text)]
    inputs = processor.tokenize_inputs([words], [["place"]])
    tokens = tokenizer.convert_ids_to_tokens(inputs["input_ids"][0].tolist())
    masked = [f"{token} {n}" for token, n in zip(tokens, inputs["words_mask"][0].tolist()) if n]
    print(", ".join(word.encode("unicode_escape").decode() for word in words), "->", ", ".join(masked))
    return words.index("Beirut") + 1, int(masked[-1].split()[-1])


plain = numbers("Firefighters left Mosul for Beirut")
joined = numbers("Firefighters \U0001f469\u200d\U0001f692 left Mosul for Beirut")
sys.exit(0 if plain == (5, 5) and joined == (8, 7) else 1)
PYTHON
