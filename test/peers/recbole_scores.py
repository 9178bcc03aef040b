# Trains RecBole's EASE, ItemKNN and Pop on exported atomic files (leave-one-out, time order) and writes what it came to:
# test items, score matrices, the places of the test items in its top ten, and its own metrics. Usage: recbole_scores.py FOLDER_OF_recbole.yaml OUT
import json
import os
import sys

import numpy as np
import torch

# RecBole 1.2.1 is older than weights_only, and reads names that NumPy 1.24 took away (its own config puts them back).
from recbole.config import Config
from recbole.data import create_dataset, data_preparation
from recbole.model.general_recommender import EASE, ItemKNN, Pop
from recbole.trainer import TraditionalTrainer, Trainer
from recbole.utils import init_seed

source, out = sys.argv[1:]
os.chdir(source)
os.makedirs(out, exist_ok=True)
runs = {
    "ease": (EASE, TraditionalTrainer, {"reg_weight": 250.0}),
    "item-knn": (ItemKNN, TraditionalTrainer, {"k": 100, "shrink": 0.0}),
    # With every item a neighbour no tie at the cut is left to the partition's whim.
    "item-knn-all": (ItemKNN, TraditionalTrainer, {"k": 1681, "shrink": 0.0}),
    # Its Pop counts an item once a batch, and sampled negatives like train rows: in batches of one, without negatives, the
    # counts are those of train.
    "popularity": (Pop, Trainer, {"train_batch_size": 1, "train_neg_sample_args": None}),
}
about = {"models": {}}
for name, (kind, trainer_kind, settings) in runs.items():
    config = Config(
        model=kind.__name__,
        dataset=None,
        config_file_list=["recbole.yaml"],
        config_dict={
            "use_gpu": False, "epochs": 1, "topk": [10], "metrics": ["Hit", "NDCG", "MRR"], "valid_metric": "MRR@10",
            "show_progress": False, "save_dataset": False, "checkpoint_dir": os.path.join(out, "saved"), **settings,
        },
    )
    init_seed(config["seed"], True)
    dataset = create_dataset(config)
    train, valid, test = data_preparation(config, dataset)
    model = kind(config, train.dataset).to(config["device"])
    trainer = trainer_kind(config, model)
    trainer.fit(train, valid, saved=False, show_progress=False)
    judged = {}
    judge = trainer.evaluator.evaluate

    def keep(struct):
        judged["hits"] = struct.get("rec.topk")[:, :10].tolist()
        return judge(struct)

    trainer.evaluator.evaluate = keep
    result = trainer.evaluate(test, load_best_model=False, show_progress=False)
    users = torch.arange(1, dataset.user_num)
    items = dataset.item_num
    rows = []
    for user in users:
        rows.append(model.full_sort_predict({"user_id": user.reshape(1)}).reshape(items).detach().cpu().numpy())
    scores = np.stack(rows).astype("<f4")[:, 1:]
    scores.tofile(os.path.join(out, f"{name}.f32"))
    inter = test.dataset.inter_feat
    truth = dict(zip(inter["user_id"].tolist(), inter["item_id"].tolist()))
    about["models"][name] = {
        "metrics": {key: float(value) for key, value in result.items()},
        # Place (from 0) of the test item in the list that RecBole itself judged, by user; -1: not in it.
        "places": [row.index(1) if 1 in row else -1 for row in judged["hits"]],
    }
    about["users"] = [dataset.id2token("user_id", u) for u in users.tolist()]
    about["items"] = [dataset.id2token("item_id", i) for i in range(1, items)]
    about["truth"] = [dataset.id2token("item_id", truth[u]) for u in users.tolist()]
with open(os.path.join(out, "recbole.json"), "w") as file:
    json.dump(about, file)
