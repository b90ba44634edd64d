"""Train the example network of neuron_modes.py on scikit-learn's digits, and write its weights beside this file.

    python derivations/_train_digits.py        # needs scikit-learn; the derivation itself only reads the JSON

The seed is fixed. Weights are rounded to multiples of 2^-8 after the training, so that they are short and exact; pixels are sixteenths.
Other versions of the libraries may train other weights: the committed file is what the derivation is about.
"""

import json
from pathlib import Path

import numpy as np
import sklearn
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier

SEED, HIDDEN, UNIT, KEPT = 20250105, (24, 16), 2**8, 40
FILE = Path(__file__).with_name("digits_network.json")


def forward(layers, samples):
    for weights, bias in layers[:-1]:
        samples = np.maximum(samples @ weights.T + bias, 0)
    return samples @ layers[-1][0].T + layers[-1][1]


def main():
    pixels, labels = load_digits(return_X_y=True)
    train, test, train_labels, test_labels = train_test_split(pixels / 16, labels, test_size=0.25, random_state=SEED, stratify=labels)
    model = MLPClassifier(HIDDEN, activation="relu", alpha=1e-2, max_iter=600, random_state=SEED).fit(train, train_labels)
    layers = [(np.round(w.T * UNIT) / UNIT, np.round(b * UNIT) / UNIT) for w, b in zip(model.coefs_, model.intercepts_, strict=True)]
    hits = [float(np.mean(forward(layers, x).argmax(axis=1) == y)) for x, y in ((train, train_labels), (test, test_labels))]
    right = np.flatnonzero(forward(layers, train).argmax(axis=1) == train_labels)[:KEPT]
    data = {
        "about": f"ReLU network {'-'.join(map(str, (64, *HIDDEN, 10)))} trained by _train_digits.py (seed {SEED}, scikit-learn {sklearn.__version__}) on the digits of "
                 f"scikit-learn (E. Alpaydin and C. Kaynak, UCI repository, CC BY 4.0), weights rounded to multiples of 1/{UNIT}; right on {hits[0]:.4f} of the training and {hits[1]:.4f} of the test samples. "
                 f"The samples are the first {KEPT} of the training samples that it classifies rightly, pixels in sixteenths.",
        "activation": "relu",
        "layers": [{"weights": w.tolist(), "bias": b.tolist()} for w, b in layers],
        "samples": train[right].tolist(),
        "labels": train_labels[right].tolist(),
    }
    text = json.dumps(data, separators=(",", ":")).replace("-0.0,", "0.0,").replace(".0,", ",").replace(".0]", "]")
    FILE.write_text(text.replace("],", "],\n") + "\n", encoding="utf-8")
    print(data["about"], len(text), "bytes")


if __name__ == "__main__":
    main()
