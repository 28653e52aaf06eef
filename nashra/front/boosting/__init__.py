"""Trees on top of the linear score (`nashra[gbdt]`): grown at night, used only while they are known to gain.

`growing` makes them from the installation's own lists, `keeping` has them in the data folder and tells the owner
whether they are on and why not. LightGBM is loaded only where it is installed and trees are grown or were adopted.
"""

from nashra.front.boosting.growing import grow
from nashra.front.boosting.keeping import Status, correction, sentence, status

__all__ = ["Status", "correction", "grow", "sentence", "status"]
